package dev.hone.formats;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

/** formats is what every stage may use, so it may use none of them, and neither Spark nor ND4J. */
@Tag("unit")
@AnalyzeClasses(packages = "dev.hone.formats", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NO_ENGINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "io.delta..",
              "scala..",
              "org.nd4j..",
              "org.deeplearning4j..",
              "org.bytedeco..",
              "software.amazon.awssdk..");

  @ArchTest
  static final ArchRule NO_STAGE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.hone.ingest..",
              "dev.hone.packing..",
              "dev.hone.training..",
              "dev.hone.eval..",
              "dev.hone.jobs..");

  @ArchTest
  static final ArchRule ROWS_KNOW_NO_TOKENS =
      noClasses()
          .that()
          .resideInAPackage("dev.hone.formats.corpus")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.hone.formats.template", "dev.hone.formats.tokenizer");

  @ArchTest
  static final ArchRule NO_MUTABLE_STATICS = fields().that().areStatic().should().beFinal();
}
