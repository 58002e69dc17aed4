package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration; one line for each problem. */
public final class ConfigException extends HoneException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
