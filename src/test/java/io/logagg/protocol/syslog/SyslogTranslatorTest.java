package io.logagg.protocol.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.RecordingSink;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SyslogTranslatorTest {
  private static final String NOW = "2026-03-01T12:00:00Z";

  private static String translate(String message, String now) {
    RecordingSink sink = new RecordingSink();
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    translator(sink, now, false, new AtomicLong()).slice(1, bytes, 0, bytes.length);
    assertEquals(1, sink.slices().size());
    String text = sink.slices().get(0).substring(2);
    return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static SyslogTranslator translator(
      RecordingSink sink, String now, boolean joins, AtomicLong nanos) {
    long micros = Timestamps.micros(Instant.parse(now));
    return new SyslogTranslator(
        sink,
        10_000,
        new SyslogParser(ZoneId.of("Europe/Berlin"), () -> micros),
        joins,
        nanos::get);
  }

  private static void assertRecord(String message, String record) {
    assertEquals(record.replace('\'', '"'), translate(message, NOW));
  }

  @Test
  void shouldReadRfc5424() {
    assertRecord(
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFFit failed ö",
        "{'app':'su','level':'2','timestamp':1065910455003000000,'message':'it failed ö',"
            + "'metadata_':{'host':'mymachine.example.com','facility':'auth','msgid':'ID47'}}");
  }

  @Test
  void shouldKeepStructuredData() {
    assertRecord(
        "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 evntslog 8710 ID47"
            + " [exampleSDID@32473 iut=\"3\" eventID=\"a\\\"b\\\\c\\]d\\n\"][x@1 ip=\"1\" ip=\"2\"][host] An event",
        "{'app':'evntslog','level':'5','timestamp':1061727255000003000,'message':'An event',"
            + "'metadata_':{'host':'192.0.2.1','facility':'local4','procid':'8710','msgid':'ID47',"
            + "'exampleSDID@32473':{'iut':'3','eventID':'a\\\"b\\\\c]d\\\\n'},'x@1':{'ip':['1','2']},'sd_host':{}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<13>1 - - - - - -|{'level':'5','message':'','metadata_':{'facility':'user'}}",
        "<13>1 - - - - - - m|{'level':'5','message':'m','metadata_':{'facility':'user'}}",
        "<13>1 - - a - - [x y=\"z\"]|{'app':'a','level':'5','message':'','metadata_':{'facility':'user','x':{'y':'z'}}}",
        // Broken structured data is text.
        "<13>1 - - a - - [x y=z] m|{'app':'a','level':'5','message':'[x y=z] m','metadata_':{'facility':'user'}}",
        "<13>1 - - a - - [x y=\"z|{'app':'a','level':'5','message':'[x y=\\'z','metadata_':{'facility':'user'}}",
        "<13>1 - - a - -x m|{'app':'a','level':'5','message':'m','metadata_':{'facility':'user','msgid':'-x'}}",
        // What is no such head is text as well.
        "<13>1 yesterday h a - - - m|{'level':'5','message':'1 yesterday h a - - - m','metadata_':{'facility':'user'}}",
        "<13>2 - h a - - - m|{'level':'5','message':'2 - h a - - - m','metadata_':{'facility':'user'}}",
        "<192>1 - - - - - - m|{'message':'<192>1 - - - - - - m','metadata_':{}}",
        "<>x|{'message':'<>x','metadata_':{}}",
        "<1a>x|{'message':'<1a>x','metadata_':{}}",
        "<0>|{'level':'0','message':'','metadata_':{'facility':'kern'}}",
        "GET / HTTP/1.1|{'message':'GET / HTTP/1.1','metadata_':{}}",
      })
  void shouldLoseNothingOfOddMessages(String message, String record) {
    assertEquals(record.replace("\\'", "\\\"").replace('\'', '"'), translate(message, NOW));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The example of RFC 3164, and of a day with one digit.
        "<34>Feb 11 22:14:15 mymachine su: 'su root' failed|1770844455000000000|mymachine|su||'su root' failed",
        "<34>Feb  1 22:14:15 h cron[12]: x|1769980455000000000|h|cron|12|x",
        "<34>Feb 1 22:14:15 h postfix/smtpd[12]:x|1769980455000000000|h|postfix/smtpd|12|x",
        // Summer time; last year's, since this year's is still to come.
        "<34>Aug  1 12:00:00 h a: x|1754042400000000000|h|a||x",
        // Without a host, without a tag, without either.
        "<34>Feb  1 22:14:15 cron[12]: x|1769980455000000000||cron|12|x",
        "<34>Feb  1 22:14:15 su: x|1769980455000000000||su||x",
        "<34>Feb  1 22:14:15 h last message repeated 3 times|1769980455000000000|h|||last message repeated 3 times",
        "<34>Feb  1 22:14:15 fe80::1 a: x: y|1769980455000000000|fe80::1|a||x: y",
        // Indentation is kept.
        "<34>Feb  1 22:14:15 h a:   x|1769980455000000000|h|a||  x",
        // As rsyslog and syslog-ng write times in templates of their own.
        "<34>2026-02-01T22:14:15.123456+01:00 h a[7]: x|1769980455123456000|h|a|7|x",
        "<34>2026 Feb 01 h a: x||||| 2026 Feb 01 h a: x",
        // Without a priority, as in a file.
        "Feb  1 22:14:15 h a: x|1769980455000000000|h|a||x",
        // Cisco: a sequence number, marks of the clock, a zone, no host.
        "<189>29: *Feb  1 22:14:15.123 UTC: %SYS-5-CONFIG_I: Configured|1769984055123000000||||%SYS-5-CONFIG_I: Configured",
        "<189>29: rt1: Feb  1 2026 22:14:15: %SYS-5-X: y|1769980455000000000|rt1|||%SYS-5-X: y",
        "<166>Feb 01 2026 22:14:15 asa : %ASA-6-302013: Built|1769980455000000000|asa|||%ASA-6-302013: Built",
        // No such time.
        "<34>Feb 30 22:14:15 h a: x||||| Feb 30 22:14:15 h a: x",
        "<34>Foo 30 22:14:15 h a: x||||| Foo 30 22:14:15 h a: x",
        // No time at all.
        "<34>app[7]: x|||app|7|x",
        "<34>Error: x||||| Error: x",
      })
  void shouldReadBsdMessages(
      String message, Long nanos, String host, String app, String pid, String text) {
    SyslogMessage read =
        new SyslogParser(ZoneId.of("Europe/Berlin"), () -> Timestamps.micros(Instant.parse(NOW)))
            .parse(message);
    assertEquals(nanos == null ? null : nanos / 1000, read.micros());
    assertEquals(host, read.host());
    assertEquals(app, read.app());
    assertEquals(pid, read.procId());
    assertEquals(message.contains("a:   x") ? "  x" : text, read.text());
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-01T00:00:05Z, Dec 31 23:59:58, 2026-12-31T22:59:58Z",
    "2026-12-31T22:59:58Z, Jan  1 00:00:01, 2026-12-31T23:00:01Z",
    "2026-12-31T22:59:58Z, Jan  2 00:00:01, 2026-01-01T23:00:01Z",
    "2027-03-01T00:00:00Z, Feb 29 12:00:00, 2024-02-29T11:00:00Z",
    "2028-03-01T00:00:00Z, Feb 29 12:00:00, 2028-02-29T11:00:00Z",
  })
  void shouldFindTheYear(String now, String time, String expected) {
    SyslogMessage read =
        new SyslogParser(ZoneId.of("Europe/Berlin"), () -> Timestamps.micros(Instant.parse(now)))
            .parse("<13>" + time + " h a: x");
    assertEquals(Timestamps.micros(Instant.parse(expected)), read.micros());
  }

  @Test
  void shouldTakeTheFieldsBehindTheCookie() {
    assertRecord(
        "<13>Feb  1 22:14:15 h a[7]: @cee: {\"msg\":\"m\\n\",\"level\":\"error\",\"app\":\"shop\",\"id\":7,\"x\":{\"y\":1},\"time\":\"now\"}",
        "{'app':'shop','level':'error','timestamp':1769980455000000000,'message':'m\\n',"
            + "'metadata_':{'host':'h','facility':'user','procid':'7','id':7,'x':{'y':1},'time':'now'}}");
    assertRecord(
        "<13>1 - h a - - - @cee:{\"time\":\"2026-01-01T00:00:00Z\",\"service\":\"s\"}",
        "{'app':'a','level':'5','service':'s','timestamp':'2026-01-01T00:00:00Z','message':'',"
            + "'metadata_':{'host':'h','facility':'user'}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"@cee: {\"a\":1", "@cee: [1]", "@cee:", "@cee: {\"a\":1} x", "x @cee: {\"a\":1}"})
  void shouldTakeBrokenCookiesForText(String text) {
    assertEquals(
        "{\"app\":\"a\",\"level\":\"5\",\"message\":%s,\"metadata_\":{\"facility\":\"user\"}}"
            .formatted('"' + text.replace("\"", "\\\"") + '"'),
        translate("<13>1 - - a - - - " + text, NOW));
  }

  @Test
  void shouldJoinTheLinesOfEachSender() {
    RecordingSink sink = new RecordingSink();
    AtomicLong nanos = new AtomicLong();
    SyslogTranslator translator = translator(sink, NOW, true, nanos);
    for (String line :
        List.of("<11>1 - h a 1 - - one", "<11>1 - h a 2 - - two", "<11>1 - h a 1 - -   more")) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      translator.slice(1, bytes, 0, bytes.length);
    }
    assertEquals(List.of(), sink.slices());
    translator.expire();
    assertEquals(List.of(), sink.slices());
    nanos.set(300_000_000);
    translator.expire();
    assertEquals(
        List.of(
            "1:{\"app\":\"a\",\"level\":\"3\",\"message\":\"two\",\"metadata_\":{\"host\":\"h\",\"facility\":\"user\",\"procid\":\"2\"}}",
            "1:{\"app\":\"a\",\"level\":\"3\",\"message\":\"one\\n  more\",\"metadata_\":{\"host\":\"h\",\"facility\":\"user\",\"procid\":\"1\"}}"),
        sink.slices());
  }

  @Test
  void shouldReplaceWhatIsNoUtf8() {
    RecordingSink sink = new RecordingSink();
    byte[] bytes = "<13>1 - - a - - - gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1);
    translator(sink, NOW, false, new AtomicLong()).slice(1, bytes, 0, bytes.length);
    String utf8 =
        new String("gr\uFFFDn".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(
        List.of(
            "1:{\"app\":\"a\",\"level\":\"5\",\"message\":\""
                + utf8
                + "\",\"metadata_\":{\"facility\":\"user\"}}"),
        sink.slices());
  }
}
