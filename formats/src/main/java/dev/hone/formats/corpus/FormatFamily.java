package dev.hone.formats.corpus;

import java.util.List;

/**
 * Formats of one shape that differ in a table of values, such as names of fields and wording of
 * prompts. Annotated {@code @AutoService(FormatFamily.class)}; {@link CorpusFormats} finds it.
 */
public interface FormatFamily {
  List<? extends CorpusFormat> formats();
}
