package io.logagg.pattern;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the template that a message is of, word by word; a word that a template has comes before a
 * place that varies. Not thread-safe.
 */
final class TemplateTree<T> {
  /** So many nodes are looked at for one message. */
  private static final int MAX_STEPS = 1000;

  private final Node<T> root = new Node<>();
  private int steps;

  private static final class Node<T> {
    private final Map<String, Node<T>> next = new HashMap<>();
    private @Nullable Node<T> any;
    private @Nullable Signature<T> template;
  }

  /**
   * Adds one.
   *
   * @param group says which of its words vary
   */
  void add(List<String> words, Group<T> group, Signature<T> template) {
    Node<T> node = root;
    for (int i = 0; i < words.size(); i++) {
      Node<T> next = group.varies(i) ? node.any : node.next.get(words.get(i));
      if (next == null) {
        next = new Node<>();
        if (group.varies(i)) {
          node.any = next;
        } else {
          node.next.put(words.get(i), next);
        }
      }
      node = next;
    }
    if (node.template == null) {
      node.template = template;
    }
  }

  /** Null if there is none. */
  @Nullable Signature<T> find(List<String> words) {
    steps = 0;
    return find(root, words, 0);
  }

  private @Nullable Signature<T> find(Node<T> node, List<String> words, int at) {
    if (at == words.size()) {
      return node.template;
    }
    if (++steps > MAX_STEPS) {
      return null;
    }
    Node<T> next = node.next.get(words.get(at));
    Signature<T> found = next == null ? null : find(next, words, at + 1);
    Node<T> any = node.any;
    return found == null && any != null ? find(any, words, at + 1) : found;
  }
}
