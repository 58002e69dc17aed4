package dev.hone.packing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

@Tag("unit")
@AnalyzeClasses(packages = "dev.hone.packing", importOptions = ImportOption.DoNotIncludeTests.class)
class PackingArrowsTest {

  @ArchTest
  static final ArchRule usesOfOtherStagesOnlyFormatsAndTheTables =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.hone..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.hone.packing..", "dev.hone.formats..", "dev.hone.ingest.tables..")));

  @ArchTest
  static final ArchRule algorithmsKnowNothingOfSpark =
      noClasses()
          .that()
          .implement(PackingStrategy.class)
          .or()
          .belongToAnyOf(
              Packer.class,
              PackingStrategy.class,
              Packing.class,
              ExcessLength.class,
              LengthRules.class,
              HeldOut.class)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "io.delta..");

  @ArchTest
  static final ArchRule filtersKnowNothingOfSpark =
      noClasses()
          .that()
          .resideInAPackage("dev.hone.packing.quality..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "io.delta..", "dev.hone.ingest..");

  @ArchTest
  static final ArchRule strategiesAreRecords =
      classes().that().implement(PackingStrategy.class).should().beRecords();
}
