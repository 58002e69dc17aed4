package dev.hone.eval;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

@Tag("unit")
@AnalyzeClasses(packages = "dev.hone.eval", importOptions = ImportOption.DoNotIncludeTests.class)
class EvalArchitectureTest {

  @ArchTest
  static final ArchRule evalUsesFormatsAndTraining =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.hone.ingest..", "dev.hone.packing..", "dev.hone.jobs..");

  @ArchTest
  static final ArchRule measuringNeedsNoSpark =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..", "org.nd4j..");
}
