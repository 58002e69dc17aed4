package dev.hone.jobs.ui;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.xml.Node;
import scala.xml.Unparsed;

/** The page of {@link TrainingTab}. */
final class TrainingPage extends WebUIPage {
  private final TrainingTab tab;

  TrainingPage(TrainingTab tab) {
    super("");
    this.tab = tab;
  }

  @Override
  public Seq<Node> render(HttpServletRequest request) {
    String content = RunsHtml.page(tab.runs().now(), request.getParameter("run"), Instant.now());
    Seq<Node> nodes = CollectionConverters.asScala(List.<Node>of(new Unparsed(content))).toSeq();
    try {
      return UIUtils.headerSparkPage(
          request, "Training", () -> nodes, tab, Option.empty(), false, false);
    } catch (LinkageError e) {
      return nodes; // The header of another version of Spark: the page stands alone.
    }
  }
}
