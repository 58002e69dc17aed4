package dev.hone.jobs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

/** The arrows between the modules, over all of them: everything points upstream. */
@Tag("unit")
@AnalyzeClasses(packages = "dev.hone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
  private static final String FORMATS = "dev.hone.formats..";
  private static final String INGEST = "dev.hone.ingest..";
  private static final String TABLES = "dev.hone.ingest.tables..";
  private static final String PACKING = "dev.hone.packing..";
  private static final String TRAINING = "dev.hone.training..";
  private static final String EVAL = "dev.hone.eval..";
  private static final String JOBS = "dev.hone.jobs..";
  private static final String[] SPARK = {"org.apache.spark..", "io.delta..", "scala.."};
  private static final String[] TENSORS = {"org.nd4j..", "org.deeplearning4j..", "org.bytedeco.."};

  @ArchTest
  static final ArchRule formatsKnowNoOther =
      noClasses()
          .that()
          .resideInAPackage(FORMATS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, PACKING, TRAINING, EVAL, JOBS);

  @ArchTest
  static final ArchRule formatsArePureJava =
      noClasses()
          .that()
          .resideInAPackage(FORMATS)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(SPARK)
                  .or(resideInAnyPackage(TENSORS))
                  .or(resideInAPackage("org.apache.hadoop..")));

  @ArchTest
  static final ArchRule ingestKnowsFormatsOnly =
      noClasses()
          .that()
          .resideInAPackage(INGEST)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PACKING, TRAINING, EVAL, JOBS);

  @ArchTest
  static final ArchRule packingKnowsTablesOnly =
      noClasses()
          .that()
          .resideInAPackage(PACKING)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(TRAINING, EVAL, JOBS)
                  .or(resideInAPackage(INGEST).and(not(resideInAPackage(TABLES)))));

  @ArchTest
  static final ArchRule trainingKnowsTablesOnly =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(PACKING, EVAL, JOBS)
                  .or(resideInAPackage(INGEST).and(not(resideInAPackage(TABLES)))));

  @ArchTest
  static final ArchRule evalKnowsTrainingAndTables =
      noClasses()
          .that()
          .resideInAPackage(EVAL)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(PACKING, JOBS)
                  .or(resideInAPackage(INGEST).and(not(resideInAPackage(TABLES)))));

  @ArchTest
  static final ArchRule trainingKeepsSparkInOnePackage =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .and()
          .resideOutsideOfPackage("dev.hone.training.distributed..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(SPARK).or(resideInAPackage(INGEST)));

  @ArchTest
  static final ArchRule tensorsStayInTraining =
      noClasses()
          .that()
          .resideOutsideOfPackages(TRAINING, EVAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TENSORS);

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Main.class)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule noMutableStatics =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.hone..")
          .and()
          .areStatic()
          .should()
          .beFinal();
}
