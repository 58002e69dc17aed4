package dev.hone.ingest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

@Tag("unit")
@AnalyzeClasses(packages = "dev.hone.ingest", importOptions = ImportOption.DoNotIncludeTests.class)
class IngestArrowsTest {

  @ArchTest
  static final ArchRule ingestUsesOnlyFormats =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.hone..")
                  .and(resideOutsideOfPackages("dev.hone.ingest..", "dev.hone.formats..")));

  @ArchTest
  static final ArchRule tablesUseOnlyTheContractOfTheTables =
      noClasses()
          .that()
          .resideInAPackage("dev.hone.ingest.tables..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.hone..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.hone.ingest.tables..",
                          "dev.hone.formats",
                          "dev.hone.formats.tables..")));

  @ArchTest
  static final ArchRule readersKnowNothingOfSpark =
      noClasses()
          .that()
          .resideInAPackage("dev.hone.ingest.read..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..", "io.delta..", "dev.hone.ingest", "dev.hone.ingest.tables..");
}
