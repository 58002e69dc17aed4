package dev.hone.formats.model.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of one file. The rules are those of the format's reference implementation: no
 * byte of the data part belongs to no tensor or to two, and a range is as long as dtype and shape
 * say. So a truncated or corrupt file is found when it is opened, not in the middle of a training.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata the optional {@code __metadata__} entry
 */
record Header(Map<String, Entry> tensors, Map<String, String> metadata) {
  /** The reference implementation's limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A tensor and its first byte in the file. */
  record Entry(TensorInfo info, long position) {}

  static Header read(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw broken(path, "is " + size + " bytes long, too short for a header");
    }
    ByteBuffer prefix = readFully(channel, 0, 8);
    long length = prefix.getLong(0);
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
      throw broken(
          path,
          "announces a header of "
              + Long.toUnsignedString(length)
              + " bytes but is "
              + size
              + " bytes long");
    }
    JsonNode json = parse(path, readFully(channel, 8, (int) length));
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        entries.put(field.getKey(), entry(path, field.getKey(), field.getValue(), 8 + length));
      }
    }
    return new Header(
        Collections.unmodifiableMap(contiguous(path, entries, 8 + length, size)),
        Collections.unmodifiableMap(metadata));
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static JsonNode parse(Path path, ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      JsonNode json = JSON.readTree(text);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw broken(path, "has a header that is not JSON (" + e.getOriginalMessage() + ")");
    } catch (CharacterCodingException e) {
      throw broken(path, "has a header that is not UTF-8");
    }
    throw broken(path, "has a header that is not a JSON object");
  }

  private static Entry entry(Path path, String name, JsonNode json, long dataStart) {
    String where = path + ": tensor " + name;
    JsonNode shapeNode = json.path("shape");
    JsonNode range = json.path("data_offsets");
    if (!json.path("dtype").isTextual() || !areCounts(shapeNode) || !areCounts(range)) {
      throw broken(path, "has no dtype, shape and data_offsets for tensor " + name);
    }
    if (range.size() != 2) {
      throw broken(path, "has " + range.size() + " data_offsets for tensor " + name + ", not 2");
    }
    Dtype dtype = Dtype.named(json.path("dtype").textValue(), where);
    long[] shape = new long[shapeNode.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shapeNode.get(i).longValue();
    }
    TensorInfo info = new TensorInfo(dtype, shape);
    long begin = range.get(0).longValue();
    long end = range.get(1).longValue();
    long expected;
    try {
      expected = Math.multiplyExact(TensorInfo.elements(shape), dtype.bytes());
      Math.addExact(dataStart, end);
    } catch (ArithmeticException e) {
      throw broken(path, "gives tensor " + name + " the impossible size " + info);
    }
    if (end - begin != expected) {
      throw broken(
          path,
          "gives tensor "
              + name
              + " bytes "
              + begin
              + " to "
              + end
              + ", but "
              + info
              + " takes "
              + expected
              + " bytes");
    }
    return new Entry(info, dataStart + begin);
  }

  private static boolean areCounts(JsonNode array) {
    if (!array.isArray()) {
      return false;
    }
    for (JsonNode number : array) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Entry> contiguous(
      Path path, Map<String, Entry> entries, long dataStart, long size) {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().position())
            .thenComparingLong(e -> e.getValue().info().bytes()));
    Map<String, Entry> ordered = new LinkedHashMap<>();
    long next = dataStart;
    for (Map.Entry<String, Entry> e : sorted) {
      Entry entry = e.getValue();
      if (entry.position() != next) {
        throw broken(
            path,
            "has tensor "
                + e.getKey()
                + " at byte "
                + entry.position()
                + ", but the one before it ends at byte "
                + next);
      }
      next = entry.position() + entry.info().bytes();
      ordered.put(e.getKey(), entry);
    }
    if (next != size) {
      throw broken(path, "is " + size + " bytes long but its header describes " + next);
    }
    return ordered;
  }

  private static HoneException broken(Path path, String problem) {
    return new HoneException(
        path + " " + problem + "; it is truncated or corrupt, copy or download it again");
  }
}
