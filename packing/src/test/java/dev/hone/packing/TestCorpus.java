package dev.hone.packing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.Sha256;
import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.ContentHash;
import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tables.DocumentRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Small corpora as rows of {@code documents}, made from JSON rows by the formats themselves. */
final class TestCorpus {
  /** {@code type:} of each dataset of {@link #inFiveFormats}, which is also its name. */
  static final List<String> TYPES =
      List.of("alpaca", "sharegpt", "chat_template", "completion", "pretokenized");

  private TestCorpus() {}

  /** The rows of one file. */
  static List<DocumentRow> documents(String dataset, String file, String type, List<String> rows) {
    CorpusFormat format = CorpusFormats.named(type).orElseThrow();
    List<Document> documents = new ArrayList<>();
    for (String row : rows) {
      try {
        documents.add(
            format.read(
                new ObjectMapper().readTree(row), CorpusFormats.complete(format, Map.of())));
      } catch (RefusedRecord | JsonProcessingException e) {
        throw new IllegalStateException(row, e);
      }
    }
    return rows(dataset, file, documents);
  }

  /** Plain texts, one token a character and an end token each. */
  static List<DocumentRow> texts(String dataset, String... texts) {
    return rows(dataset, dataset + ".jsonl", Arrays.stream(texts).map(Completion::of).toList());
  }

  /** Documents of any kind, in {@code <dataset>.jsonl}. */
  static List<DocumentRow> documents(String dataset, List<Document> documents) {
    return rows(dataset, dataset + ".jsonl", documents);
  }

  private static List<DocumentRow> rows(
      String dataset, String file, List<? extends Document> documents) {
    List<DocumentRow> rows = new ArrayList<>();
    for (Document document : documents) {
      long ordinal = rows.size();
      rows.add(
          new DocumentRow(
              Sha256.hex(file + " v1 " + ordinal),
              dataset,
              file,
              "v1",
              ordinal,
              ContentHash.of(document),
              document.kind(),
              DocumentJson.write(document),
              Optional.empty(),
              Instant.EPOCH,
              Optional.of(ordinal + 1L),
              Optional.empty()));
    }
    return rows;
  }

  /** Rows in every format, each with texts of 1 to 100 characters, all different. */
  static List<DocumentRow> inFiveFormats(int rowsEach) {
    Random random = new Random(5);
    Map<String, String> row =
        Map.of(
            "alpaca", "{'instruction': '%s', 'input': 'i', 'output': '%s'}",
            "sharegpt",
                "{'conversations': [{'from': 'human', 'value': '%s'}, {'from': 'gpt', 'value': '%s'}]}",
            "chat_template",
                "{'messages': [{'role': 'user', 'content': '%s'}, {'role': 'assistant', 'content': '%s'}]}",
            "completion", "{'text': '%s %s'}");
    List<DocumentRow> all = new ArrayList<>();
    for (String type : TYPES) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < rowsEach; i++) {
        String question = type + i;
        String answer = word(random);
        rows.add(
            type.equals("pretokenized")
                ? pretokenized(i, 3 + random.nextInt(100))
                : row.get(type).formatted(question, answer).replace('\'', '"'));
      }
      String name = type.equals("pretokenized") ? "" : type;
      int half = rowsEach / 2;
      all.addAll(documents(type, type + "/a.jsonl", name, rows.subList(0, half)));
      all.addAll(documents(type, type + "/b.jsonl", name, rows.subList(half, rowsEach)));
    }
    return all;
  }

  private static String word(Random random) {
    return random
        .ints(1 + random.nextInt(100), 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String pretokenized(int first, int length) {
    List<Integer> ids = IntStream.range(0, length).mapToObj(t -> t == 0 ? first : t).toList();
    List<Integer> labels = ids.stream().map(id -> id % 3 == 0 ? -100 : id).toList();
    return "{\"input_ids\": %s, \"labels\": %s}".formatted(ids, labels);
  }
}
