package dev.hone.training.model;

import dev.hone.training.collective.Collective;
import dev.hone.training.collective.Exchange;
import dev.hone.training.collective.SharedWork;
import dev.hone.training.layers.CacheRows;
import dev.hone.training.layers.KeyValueCache;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Greedy decoding with a cache of keys and values, many sequences at a time: a step reads every
 * weight once, however many sequences it serves.
 *
 * <p>Products over several rows may differ from those over one in their last bit, so a token that
 * is hardly likelier than the next may depend on the sequences beside it. Which ones those are is
 * decided by the prompts alone, whatever the number of ranks: batches are cut first, and dealt
 * then.
 */
final class Generator {
  /** Most tokens in the cache at a time; a longer sequence is decoded alone. */
  private static final int CACHE_TOKENS = 8192;

  /** Fewer and larger batches are harder to deal evenly. */
  private static final int MOST_SEQUENCES = 16;

  private final Decoder decoder;
  private final int capacity;
  private final int maxNewTokens;
  private final Set<Integer> stopIds;

  /**
   * @param capacity most tokens of a pass; longer prompts are read in pieces
   */
  Generator(Decoder decoder, int capacity, int maxNewTokens, Set<Integer> stopIds) {
    this.decoder = decoder;
    this.capacity = capacity;
    this.maxNewTokens = maxNewTokens;
    this.stopIds = stopIds;
  }

  /** A sequence in the making: its tokens so far, the prompt first, and its place in the cache. */
  private static final class Sequence {
    private final int promptLength;
    private final int[] tokens;
    private int length;
    private final int first;

    Sequence(int[] prompt, int maxNewTokens, int first) {
      this.promptLength = prompt.length;
      this.tokens = Arrays.copyOf(prompt, Math.addExact(prompt.length, maxNewTokens));
      this.length = prompt.length;
      this.first = first;
    }

    int[] produced() {
      return Arrays.copyOfRange(tokens, promptLength, length);
    }
  }

  /**
   * The new tokens of each prompt, in the order of the prompts.
   *
   * @param ranks who share the work, and all get the tokens
   */
  List<int[]> generate(List<int[]> prompts, Exchange ranks) {
    int longest = 1;
    for (int[] prompt : prompts) {
      if (prompt.length == 0) {
        throw new IllegalArgumentException("a prompt needs at least one token");
      }
      longest = Math.max(longest, Math.addExact(prompt.length, maxNewTokens));
    }
    int together = Math.max(1, Math.min(MOST_SEQUENCES, CACHE_TOKENS / longest));
    List<List<int[]>> batches = batches(prompts, Math.min(together, capacity));
    SharedWork work = SharedWork.of(ranks, batches.stream().mapToLong(this::cost).toArray());
    List<byte[]> mine = new ArrayList<>();
    if (work.mine().length > 0) {
      List<KeyValueCache> caches = begin(longest, batches.get(0).size());
      for (int batch : work.mine()) {
        mine.add(bytes(decode(batches.get(batch), longest, caches)));
      }
    }
    return work.together(mine).stream().flatMap(Generator::sequences).toList();
  }

  /** Batches as even as they can be, the larger ones first, in the order of the prompts. */
  private static List<List<int[]>> batches(List<int[]> prompts, int most) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    int[] cuts = Collective.evenCuts(prompts.size(), 1 + (prompts.size() - 1) / most);
    return IntStream.range(1, cuts.length)
        .mapToObj(batch -> prompts.subList(cuts[batch - 1], cuts[batch]))
        .toList();
  }

  /** Tokens of a batch, read and, at most, made. */
  private long cost(List<int[]> prompts) {
    return prompts.stream().mapToLong(prompt -> (long) prompt.length + maxNewTokens).sum();
  }

  private List<KeyValueCache> begin(int longest, int together) {
    int positions = Math.multiplyExact(together, longest);
    decoder.ropes().forEach(rope -> rope.ensure(longest));
    decoder.batch().weightsMayHaveChanged();
    return decoder.blocks().stream().map(block -> block.allocateCache(positions)).toList();
  }

  private List<int[]> decode(List<int[]> prompts, int longest, List<KeyValueCache> caches) {
    List<Sequence> sequences = new ArrayList<>();
    for (int[] prompt : prompts) {
      sequences.add(new Sequence(prompt, maxNewTokens, sequences.size() * longest));
    }
    decode(sequences, caches);
    return sequences.stream().map(Sequence::produced).toList();
  }

  /** The tokens of each sequence of a batch, after their number. */
  private static byte[] bytes(List<int[]> sequences) {
    int numbers = sequences.stream().mapToInt(tokens -> 1 + tokens.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers);
    IntBuffer view = bytes.asIntBuffer();
    sequences.forEach(tokens -> view.put(tokens.length).put(tokens));
    return bytes.array();
  }

  private static Stream<int[]> sequences(byte[] bytes) {
    IntBuffer view = ByteBuffer.wrap(bytes).asIntBuffer();
    List<int[]> sequences = new ArrayList<>();
    while (view.hasRemaining()) {
      int[] tokens = new int[view.get()];
      view.get(tokens);
      sequences.add(tokens);
    }
    return sequences.stream();
  }

  private void decode(List<Sequence> sequences, List<KeyValueCache> caches) {
    if (maxNewTokens == 0) {
      return;
    }
    List<Sequence> open = new ArrayList<>();
    for (Sequence sequence : sequences) {
      if (!append(sequence, readPrompt(sequence, caches))) {
        open.add(sequence);
      }
    }
    while (!open.isEmpty()) {
      int[] tokens = open.stream().mapToInt(s -> s.tokens[s.length - 1]).toArray();
      int[] first = open.stream().mapToInt(s -> s.first).toArray();
      int[] seen = open.stream().mapToInt(s -> s.length).toArray();
      pass(tokens, new CacheRows(first, seen), caches);
      int[] best = decoder.head().bestOf(rows(open.size()));
      List<Sequence> still = new ArrayList<>();
      for (int i = 0; i < best.length; i++) {
        if (!append(open.get(i), best[i])) {
          still.add(open.get(i));
        }
      }
      open = still;
    }
  }

  /** Reads a prompt into the cache, and says which token follows. */
  private int readPrompt(Sequence sequence, List<KeyValueCache> caches) {
    int length = sequence.promptLength;
    int rows = 0;
    for (int from = 0; from < length; from += capacity) {
      rows = Math.min(capacity, length - from);
      int[] first = new int[rows];
      int[] seen = new int[rows];
      Arrays.fill(first, sequence.first);
      Arrays.setAll(seen, seenBy(from));
      int[] piece = Arrays.copyOfRange(sequence.tokens, from, from + rows);
      pass(piece, new CacheRows(first, seen), caches);
    }
    return decoder.head().bestOf(new int[] {rows - 1})[0];
  }

  private static IntUnaryOperator seenBy(int past) {
    return row -> past + row + 1;
  }

  private static int[] rows(int count) {
    int[] rows = new int[count];
    Arrays.setAll(rows, row -> row);
    return rows;
  }

  /** Appends a token; true if the sequence is finished with it. */
  private boolean append(Sequence sequence, int token) {
    sequence.tokens[sequence.length++] = token;
    return stopIds.contains(token) || sequence.length == sequence.tokens.length;
  }

  private void pass(int[] tokens, CacheRows places, List<KeyValueCache> caches) {
    decoder.batch().setContinuation(tokens, places);
    decoder.embedding().forward();
    for (int i = 0; i < caches.size(); i++) {
      decoder.blocks().get(i).decode(caches.get(i));
    }
  }
}
