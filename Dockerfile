# Builds from a fresh clone: docker build -t logagg .
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src src
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -DskipTests package

# Not Alpine: the embedded PostgreSQL needs glibc and libstdc++.
FROM eclipse-temurin:17-jre-noble
# An account with a name: PostgreSQL's initdb refuses a user that /etc/passwd does not have.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin logagg \
 && mkdir /data \
 && chown logagg:logagg /data
COPY --from=build /build/target/logagg-fat.jar /app/logagg-fat.jar

# WARNING: inside a container only 0.0.0.0 can be reached from outside, and no API keys are asked for unless
# LOGAGG_AUTH_ENABLED=true. Without, whoever reaches the published port can read, write and delete everything:
# publish it on loopback (-p 127.0.0.1:8000:8000), and name what it is reached by besides localhost in
# LOGAGG_HTTP_ALLOWED_HOSTS, or pages of other sites can reach it by DNS rebinding.
ENV LOGAGG_HTTP_HOST=0.0.0.0 \
    LOGAGG_HTTP_PORT=8000 \
    LOGAGG_AUTH_ALLOW_ANONYMOUS_NETWORK=true \
    LOGAGG_EMBEDDED_DATA_DIR=/data

USER 10001:10001
WORKDIR /data
# Used only where no URL is configured and the servers are embedded.
VOLUME /data
EXPOSE 8000

# The first start with embedded servers takes some seconds. With TLS or another port, give a check of your own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8000/health/ready"]

# Half for the heap: buffers outside the heap, and embedded servers, need the rest.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/logagg-fat.jar"]
