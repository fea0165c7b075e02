package io.logagg.pattern;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the templates of messages, one message after the other, within bounded memory.
 *
 * <p>Messages that are the same once masked count as one from then on; templates are looked for
 * among those only, all at once, at the end: see {@link Grouping}. So neither the order of the
 * messages nor how they come in batches makes a difference, unless there are more kinds of masked
 * messages than {@link Limits} allow: then templates are looked for at once, what follows is put to
 * them, and what still finds no room is one pattern, {@code <*>}.
 *
 * <p>Not thread-safe.
 *
 * @param <T> what is kept of the messages of a pattern, beside their count
 */
public final class PatternMiner<T> {
  private final Limits limits;
  private final Supplier<T> newTally;
  private final BinaryOperator<T> merge;
  private final Masker masker;
  private final SignatureTable<T> table = new SignatureTable<>();
  private @Nullable TemplateTree<T> templates;
  private @Nullable Signature<T> others;

  /** Whether to look for templates once more would make no room. */
  private boolean isFull;

  /**
   * What is held in memory and looked at.
   *
   * @param signatures different masked messages
   * @param chars of these together
   * @param messageChars of a message; the rest is one variable part
   * @param messageTokens words of a message, the same
   */
  public record Limits(int signatures, long chars, int messageChars, int messageTokens) {
    public static final Limits USUAL = new Limits(20_000, 2_000_000, 1000, 100);
  }

  /**
   * Empty.
   *
   * @param merge puts two tallies together; may change and answer the first
   */
  public PatternMiner(Limits limits, Supplier<T> newTally, BinaryOperator<T> merge) {
    this.limits = limits;
    this.newTally = newTally;
    this.merge = merge;
    this.masker = new Masker(limits.messageChars(), limits.messageTokens());
  }

  /**
   * Takes one message.
   *
   * @return the tally it belongs to, to be changed before the next one is taken
   */
  public T add(String message) {
    MaskedText masked = masker.mask(message);
    int hash = masked.hash();
    Signature<T> known = table.find(masked, hash);
    if (known != null) {
      known.count(masked);
      return known.tally();
    }
    return addUnknown(masked, hash);
  }

  private T addUnknown(MaskedText masked, int hash) {
    Signature<T> created = Signature.of(masked, hash, newTally.get());
    Signature<T> home = template(created);
    if (home == null && !hasRoom() && !isFull) {
      compact();
      home = template(created);
    }
    if (home == null && hasRoom()) {
      table.add(created);
      home = created;
    }
    if (home == null) {
      home = others();
    }
    home.add(1);
    return home.tally();
  }

  /** Null if it is of none that was found already. */
  private @Nullable Signature<T> template(Signature<T> signature) {
    TemplateTree<T> tree = templates;
    return tree == null ? null : tree.find(signature.tokens());
  }

  private boolean hasRoom() {
    return table.size() < limits.signatures() && table.chars() < limits.chars();
  }

  private Signature<T> others() {
    Signature<T> signature = others;
    if (signature == null) {
      char[] text = {Slot.MARK};
      signature = new Signature<>(text, 0, new Slot[0], new String[0], newTally.get());
      others = signature;
    }
    return signature;
  }

  /** How many messages found no room, and are in the pattern {@code <*>}. */
  public long overflow() {
    Signature<T> rest = others;
    return rest == null ? 0 : rest.count();
  }

  /** Replaces the masked messages by their templates, so that there is room again. */
  private void compact() {
    Grouping<T> grouping = new Grouping<>();
    List<Group<T>> groups = grouping.group(table.all());
    table.clear();
    TemplateTree<T> tree = new TemplateTree<>();
    for (Group<T> group : groups) {
      Signature<T> template = asSignature(group, grouping.words());
      table.add(template);
      tree.add(template.tokens(), group, template);
    }
    templates = tree;
    isFull = table.size() * 2L > limits.signatures() || table.chars() * 2 > limits.chars();
  }

  private Signature<T> asSignature(Group<T> group, Words words) {
    if (group.rows().size() == 1) {
      return group.rows().get(0).signature();
    }
    Template template = Template.of(group, words);
    MaskedText masked = new MaskedText();
    char[] text = template.text().toCharArray();
    masked.add(text, 0, text.length);
    Slot[] kinds = template.kinds().stream().limit(MaskedText.MAX_KINDS).toArray(Slot[]::new);
    // What comes later is not compared with them.
    @Nullable String[] constants = new @Nullable String[kinds.length];
    Signature<T> signature =
        new Signature<>(text, masked.hash(), kinds, constants, tally(List.of(group)));
    signature.add(template.count());
    return signature;
  }

  private T tally(List<Group<T>> groups) {
    T sum = null;
    for (Group<T> group : groups) {
      for (Row<T> row : group.rows()) {
        T tally = row.signature().tally();
        sum = sum == null ? tally : merge.apply(sum, tally);
      }
    }
    return sum == null ? newTally.get() : sum;
  }

  /** All patterns, the largest first; to be called once, at the end. */
  public List<MessagePattern<T>> patterns() {
    Grouping<T> grouping = new Grouping<>();
    List<Group<T>> groups = grouping.group(table.all());
    List<MessagePattern<T>> patterns = new ArrayList<>();
    for (List<Group<T>> same : Optionals.merge(groups, grouping.words())) {
      long count = same.stream().mapToLong(Group::count).sum();
      String template = Template.of(same.get(0), grouping.words()).shown();
      patterns.add(new MessagePattern<>(template, count, tally(same)));
    }
    Signature<T> rest = others;
    if (rest != null) {
      patterns.add(new MessagePattern<>(Slot.ANY.shown(), rest.count(), rest.tally()));
    }
    patterns.sort(
        Comparator.<MessagePattern<T>>comparingLong(MessagePattern::count)
            .reversed()
            .thenComparing(MessagePattern::template));
    return patterns;
  }
}
