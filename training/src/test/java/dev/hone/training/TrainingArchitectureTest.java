package dev.hone.training;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.hone.formats.HoneException;
import org.junit.jupiter.api.Tag;

@Tag("unit")
@AnalyzeClasses(
    packages = "dev.hone.training",
    importOptions = ImportOption.DoNotIncludeTests.class)
class TrainingArchitectureTest {

  @ArchTest
  static final ArchRule sparkStaysInDistributed =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.hone.training.distributed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule trainingMeetsOthersOnlyInTables =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.hone.packing..", "dev.hone.eval..", "dev.hone.jobs..");

  @ArchTest
  static final ArchRule ofIngestOnlyTheTables =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.hone.ingest..")
                  .and(not(resideInAPackage("dev.hone.ingest.tables.."))));

  @ArchTest
  static final ArchRule theLoopKnowsNoNd4jArrays =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.hone.training.optimizer..",
              "dev.hone.training.data..",
              "dev.hone.training.checkpoint..",
              "dev.hone.training.distributed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule ranksTalkInPlainJava =
      classes()
          .that()
          .resideInAPackage("dev.hone.training.collective..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "javax.crypto..", "dev.hone.training.collective..")
                  .or(belongToAnyOf(HoneException.class))
                  .or(simpleName("Bf16")));

  /** Compiled, they give other bits than interpreted; {@code VectorMath} has others. */
  @ArchTest
  static final ArchRule noBitDependsOnTheCompiler =
      noClasses()
          .should()
          .accessField("jdk.incubator.vector.VectorOperators", "EXP")
          .orShould()
          .accessField("jdk.incubator.vector.VectorOperators", "LOG")
          .orShould()
          .accessField("jdk.incubator.vector.VectorOperators", "TANH")
          .orShould()
          .accessField("jdk.incubator.vector.VectorOperators", "ADD");

  @ArchTest
  static final ArchRule nobodyPrints =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
