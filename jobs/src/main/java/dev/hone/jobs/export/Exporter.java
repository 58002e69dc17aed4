package dev.hone.jobs.export;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewDirectory;
import dev.hone.formats.model.NewFile;
import dev.hone.formats.model.gguf.GgufExport;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.formats.model.peft.AdapterMerge;
import dev.hone.jobs.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Exports a trained model. What is written is opened again by hone's own readers and asked for its
 * logits before it gets its name: an export that is too far from the model is never seen.
 */
public final class Exporter {
  private final Path model;
  private final Optional<Path> base;
  private final ExportTarget target;
  private final Path out;

  /**
   * @param model a Hugging Face directory, or a PEFT adapter's
   * @param base the base model of an adapter; empty: the one that it names
   * @param out a file that is not there yet, or a directory that is not there or empty
   */
  public Exporter(Path model, Optional<Path> base, ExportTarget target, Path out) {
    this.model = model;
    this.base = base;
    this.target = target;
    this.out = out;
  }

  /**
   * What was measured.
   *
   * @param tolerance what would have been allowed
   */
  public record Result(Parity parity, Tolerance tolerance) {}

  /**
   * Exports.
   *
   * @throws HoneException if the model cannot be used, the target cannot say what it does, the
   *     place is taken, or the export is too far from the model; nothing is left behind then
   */
  public Result run() {
    TrainedModel trained = TrainedModel.open(model, base);
    return switch (target.form()) {
      case HF -> directory(dir -> copy(trained, dir));
      case MERGED ->
          trained.adapter().isEmpty()
              ? directory(dir -> copy(trained, dir))
              : directory(dir -> merge(trained, dir));
      case GGUF -> file(partial -> gguf(trained, partial));
      case OLLAMA -> directory(dir -> ollama(trained, dir));
    };
  }

  /** Writes an export, which then passes the gate or throws. */
  private interface Writing {
    Result write(Path partial) throws IOException;
  }

  private Result directory(Writing writing) {
    AtomicReference<Result> result = new AtomicReference<>();
    NewDirectory.write(out, partial -> result.set(writing.write(partial)));
    return result.get();
  }

  private Result file(Writing writing) {
    AtomicReference<Result> result = new AtomicReference<>();
    NewFile.write(out, partial -> result.set(writing.write(partial)));
    return result.get();
  }

  /** The files themselves, without folders such as those of checkpoints. */
  private Result copy(TrainedModel trained, Path dir) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith(".")) {
          Files.copy(file, dir.resolve(file.getFileName()));
        }
      }
    }
    TrainedModel copied =
        trained.adapter().isPresent()
            ? TrainedModel.adapted(ModelDirectory.open(baseModel()), dir)
            : TrainedModel.whole(ModelDirectory.open(dir));
    return passed(trained, copied, Tolerance.of(Dtype.F32));
  }

  private Path baseModel() {
    return AdapterMerge.base(model, base);
  }

  private Result merge(TrainedModel trained, Path dir) {
    AdapterMerge.run(model, base, dir);
    return passed(trained, TrainedModel.whole(ModelDirectory.open(dir)), rounding(trained));
  }

  /** Merged weights are rounded to the types of the base model. */
  private static Tolerance rounding(TrainedModel trained) {
    ModelDirectory directory = trained.directory();
    List<Tolerance> each =
        directory.tensors().stream()
            .map(spec -> Tolerance.of(directory.weights().info(spec.name()).dtype()))
            .toList();
    return each.stream().reduce(Tolerance.of(Dtype.F32), Tolerance::or);
  }

  private Result gguf(TrainedModel trained, Path file) throws IOException {
    if (trained.adapter().isEmpty()) {
      return gguf(trained, trained.directory(), Tolerance.of(Dtype.F32), file);
    }
    try (TemporaryFolder merged = beside()) {
      Path dir = merged.path().resolve(name(model));
      AdapterMerge.run(model, base, dir);
      return gguf(trained, ModelDirectory.open(dir), rounding(trained), file);
    }
  }

  private Result gguf(TrainedModel trained, ModelDirectory whole, Tolerance rounding, Path file) {
    GgufExport.run(whole, target.quantization(), file);
    try (TemporaryFolder files = TemporaryFolder.create("hone-export")) {
      return passed(
          trained,
          TrainedModel.whole(GgufModel.open(file, files.path())),
          Tolerance.of(target.quantization()).or(rounding));
    }
  }

  private Result ollama(TrainedModel trained, Path dir) throws IOException {
    Result result = gguf(trained, dir.resolve(OllamaModelfile.GGUF));
    Files.writeString(dir.resolve("Modelfile"), OllamaModelfile.of(trained.directory()));
    return result;
  }

  private Result passed(TrainedModel trained, TrainedModel export, Tolerance tolerance) {
    return new Result(new ParityGate(model, trained).require(out, export, tolerance), tolerance);
  }

  /**
   * A folder on the disk that the export goes to: merged weights are as large as the model. Its
   * name is the export's, so that the next one takes away what a killed one left.
   */
  private TemporaryFolder beside() {
    Path target = out.toAbsolutePath().normalize();
    TemporaryFolder folder =
        new TemporaryFolder(target.resolveSibling("." + target.getFileName() + ".merged"));
    try {
      if (Files.exists(folder.path())) {
        folder.close();
      }
      Files.createDirectory(folder.path());
      return folder;
    } catch (IOException e) {
      throw new HoneException(out + " cannot be written: " + IoProblem.of(e), e);
    }
  }

  private static Path name(Path path) {
    return path.toAbsolutePath().normalize().getFileName();
  }
}
