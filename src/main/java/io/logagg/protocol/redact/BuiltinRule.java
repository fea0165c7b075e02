package io.logagg.protocol.redact;

/** The rules that are there without a regular expression. */
public enum BuiltinRule {
  /** First: what stands before a host looks like a part of an e-mail address. */
  URL_PASSWORD("url_password"),
  EMAIL("email"),
  CREDIT_CARD("credit_card"),
  BEARER("bearer");

  private final String label;

  BuiltinRule(String label) {
    this.label = label;
  }

  /** As the configuration and the replacement name it. */
  public String label() {
    return label;
  }

  /** What finds its secrets. */
  public SecretRule rule() {
    return switch (this) {
      case URL_PASSWORD -> new UrlPasswordRule();
      case EMAIL -> new EmailRule();
      case CREDIT_CARD -> new CardNumberRule();
      case BEARER -> new CredentialRule();
    };
  }
}
