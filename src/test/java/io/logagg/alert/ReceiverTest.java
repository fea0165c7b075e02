package io.logagg.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiverTest {
  private static final CallableHosts USUAL = new CallableHosts(List.of());

  private static Receiver receiver(String json) {
    Map<String, String> errors = new LinkedHashMap<>();
    Receiver receiver = Receiver.read(TestRules.object(json), null, errors);
    assertEquals(Map.of(), errors);
    return receiver;
  }

  @Test
  void shouldShowNoSecret() {
    Receiver receiver =
        receiver(
            "{'name':'n','kind':'slack','url':'https://hooks.example:8443/services/T0/s3cret?k=s3cret','authorization':'Bearer s3cret'}");
    assertEquals("https://hooks.example:8443/…", receiver.shownUrl());
    assertFalse(receiver.toString().contains("s3cret"), receiver::toString);
    assertEquals("/services/T0/s3cret?k=s3cret", receiver.target());
    assertEquals(8443, receiver.port());
  }

  @Test
  void shouldKnowTheApiOfAnAlertmanager() {
    assertEquals(
        "/api/v2/alerts",
        receiver("{'name':'n','kind':'alertmanager','url':'http://am:9093'}").target());
    assertEquals(
        "/am/api/v2/alerts",
        receiver("{'name':'n','kind':'alertmanager','url':'http://am/am/api/v2/alerts'}").target());
    assertEquals("/", receiver("{'name':'n','url':'http://[2001:db8::1]'}").target());
    assertEquals("2001:db8::1", receiver("{'name':'n','url':'http://[2001:db8::1]'}").host());
  }

  @ParameterizedTest
  @CsvSource({
    "{'name':'n'}, url",
    "{'name':'n';'url':'ftp://h/'}, url",
    "{'name':'n';'url':'http://me:secret@h/'}, url",
    "{'name':'n';'url':'http:///path'}, url",
    "{'name':'n';'url':'http://h/#f'}, url",
    "{'name':'n';'url':'not a url'}, url",
    "{'name':'n';'url':'http://h/';'kind':'pager'}, kind",
    "{'url':'http://h/'}, name",
    "{'name':'n';'url':'http://h/';'authorization':'a\\r\\nb: c'}, authorization",
    "{'name':'n';'url':'http://h/';'headers':{}}, headers",
  })
  void shouldSayWhatIsWrong(String json, String field) {
    Map<String, String> errors = new LinkedHashMap<>();
    Receiver.read(TestRules.object(json.replace(';', ',')), null, errors);
    assertEquals(Set.of(field), errors.keySet());
    assertFalse(errors.toString().contains("secret"), errors::toString);
  }

  @Test
  void shouldKeepItsSecretsWhereNoneAreGiven() {
    Receiver before =
        receiver("{'name':'n','url':'https://h/s3cret','authorization':'Bearer s3cret'}");
    Map<String, String> errors = new LinkedHashMap<>();
    Receiver after = Receiver.read(TestRules.object("{'kind':'slack'}"), before, errors);
    assertEquals(Map.of(), errors);
    assertEquals(before.url(), after.url());
    assertEquals(before.authorization(), after.authorization());
    assertEquals(Receiver.Kind.SLACK, after.kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
      })
  void shouldCallNobodyOnlyTheServerItselfCanReach(String address) throws UnknownHostException {
    assertFalse(USUAL.permits(InetAddress.getByName(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "93.184.216.34",
        "2001:db8::1",
        "fd00::1",
        "64:ff9b::a00:1",
        "100.64.0.1"
      })
  void shouldCallOthers(String address) throws UnknownHostException {
    assertTrue(USUAL.permits(InetAddress.getByName(address)));
  }

  @Test
  void shouldCallThoseThatAreNamedAndNoOthers() throws UnknownHostException {
    CallableHosts hosts = new CallableHosts(List.of("Localhost", "am.example"));
    assertTrue(hosts.permits("localhost") && hosts.permits("AM.example"));
    assertFalse(hosts.permits("other.example"));
    assertTrue(hosts.permits(InetAddress.getLoopbackAddress()));
  }
}
