package dev.hone.jobs.scoring;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedHaving;
import org.apache.spark.sql.catalyst.analysis.UnresolvedInlineTable;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedSubqueryColumnAliases;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.Except;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Intersect;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LateralJoin;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Pivot;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.Unpivot;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import org.apache.spark.sql.catalyst.plans.logical.WithWindowDefinition;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Whether a query that a model wrote may be run. It may only ask, and only the tables it was given:
 * every part of it, as Spark parsed it, is one of a list, so that what Spark learns to do one day
 * is refused until it stands there. So are files as tables (<code>json.`/etc/passwd`</code>),
 * scripts ({@code TRANSFORM}), {@code EXECUTE IMMEDIATE}, and functions that call Java.
 */
final class PlainQuery {
  private static final Set<Class<?>> PARTS =
      Set.of(
          Aggregate.class,
          Distinct.class,
          Except.class,
          Filter.class,
          Generate.class,
          GlobalLimit.class,
          Intersect.class,
          Join.class,
          LateralJoin.class,
          LocalLimit.class,
          LocalRelation.class,
          Offset.class,
          OneRowRelation.class,
          Pivot.class,
          Project.class,
          Sort.class,
          SubqueryAlias.class,
          Union.class,
          Unpivot.class,
          UnresolvedHaving.class,
          UnresolvedInlineTable.class,
          UnresolvedRelation.class,
          UnresolvedSubqueryColumnAliases.class,
          UnresolvedWith.class,
          WithWindowDefinition.class);

  private static final Set<String> CALLS = Set.of("reflect", "java_method", "try_reflect");

  private final Set<String> known;

  private PlainQuery(Set<String> tables) {
    this.known = new HashSet<>(tables);
  }

  /**
   * Why it may not be run, in a few words; empty if it may.
   *
   * @param query as it was parsed
   * @param tables names in lower case
   */
  static Optional<String> problem(LogicalPlan query, Set<String> tables) {
    if (ReadOnly.isCommand(query)) {
      return Optional.of("is no query but " + ReadOnly.name(query));
    }
    return new PlainQuery(tables).inPlan(query);
  }

  /** Whether the rows of a query come in an order that it asks for. */
  static boolean isOrdered(LogicalPlan query) {
    LogicalPlan plan = query;
    while (plan instanceof GlobalLimit
        || plan instanceof LocalLimit
        || plan instanceof Offset
        || plan instanceof WithWindowDefinition
        || plan instanceof UnresolvedWith) {
      plan = plan.children().head();
    }
    return plan instanceof Sort sort && sort.global();
  }

  private Optional<String> inPlan(LogicalPlan plan) {
    if (!PARTS.contains(plan.getClass())) {
      return Optional.of("has a part that is not run: " + ReadOnly.name(plan));
    }
    if (plan instanceof UnresolvedWith with) {
      // Names of the query's own; one that it uses too early is not found later.
      with.cteRelations().foreach(relation -> known.add(relation._1().toLowerCase(Locale.ROOT)));
    }
    if (plan instanceof UnresolvedRelation relation) {
      List<String> parts = CollectionConverters.asJava(relation.multipartIdentifier());
      if (parts.size() > 1 || !known.contains(parts.get(0).toLowerCase(Locale.ROOT))) {
        return Optional.of(
            "asks the table %s, which is not there".formatted(String.join(".", parts)));
      }
    }
    return first(plan.children())
        .or(() -> plan instanceof UnresolvedWith ? first(plan.innerChildren()) : Optional.empty())
        .or(() -> first(plan.expressions()));
  }

  private Optional<String> inExpression(Expression expression) {
    if (expression instanceof UnresolvedFunction function) {
      List<String> parts = CollectionConverters.asJava(function.nameParts());
      if (parts.size() > 1 || CALLS.contains(parts.get(0).toLowerCase(Locale.ROOT))) {
        return Optional.of("calls %s, which is not run".formatted(String.join(".", parts)));
      }
    }
    if (expression instanceof PlanExpression<?> subquery
        && subquery.plan() instanceof LogicalPlan plan) {
      Optional<String> problem = inPlan(plan);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return first(expression.children());
  }

  private Optional<String> first(Seq<? extends TreeNode<?>> nodes) {
    for (TreeNode<?> node : CollectionConverters.asJava(nodes)) {
      Optional<String> problem =
          node instanceof LogicalPlan plan
              ? inPlan(plan)
              : node instanceof Expression expression
                  ? inExpression(expression)
                  : Optional.of("has a part that is not run");
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }
}
