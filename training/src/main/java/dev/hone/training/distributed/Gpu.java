package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.training.trainer.MachineDevices;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * The GPU of a rank, in the build whose ND4J computes on CUDA: each task asks Spark for one, and
 * computes on the one that Spark gives it. Other stages of the session ask for none.
 *
 * @param device makes this thread compute on a device, by its address
 */
record Gpu(Device device) implements Serializable {
  private static final String RESOURCE = "gpu";
  private static final String OF_EXECUTORS = "spark.executor.resource.gpu.amount";

  /** What a rank does with the address that it is given. */
  @FunctionalInterface
  interface Device extends Serializable {
    void use(int address);
  }

  /** Of this build; empty if it computes on the CPU. */
  static Optional<Gpu> ofBuild() {
    return MachineDevices.areOfCuda()
        ? Optional.of(new Gpu(MachineDevices::use))
        : Optional.empty();
  }

  /**
   * Finds out before anything is done that no task could get one. A local session has no resources:
   * its tasks are on the first device.
   *
   * @throws HoneException if the executors of a cluster have none
   */
  void requireAllotted(boolean local, SparkConf conf) {
    if (!local && conf.getInt(OF_EXECUTORS, 0) < 1) {
      throw new HoneException(
          "this is the CUDA build of hone, and the executors of %s ask for no GPU (%s is not set); add --conf %s=1 and, where the cluster does not know its GPUs itself, --conf spark.executor.resource.gpu.discoveryScript=FILE, or take the build without -Pcuda"
              .formatted(conf.get("spark.master", "the cluster"), OF_EXECUTORS, OF_EXECUTORS));
    }
  }

  /** The same rows, whose tasks ask for a GPU each beside their cores. */
  <T> RDD<T> of(RDD<T> rows, SparkContext context) {
    if (context.isLocal()) {
      return rows;
    }
    TaskResourceRequests requests =
        new TaskResourceRequests()
            .cpus(context.conf().getInt("spark.task.cpus", 1))
            .resource(RESOURCE, 1);
    return rows.withResources(new ResourceProfileBuilder().require(requests).build());
  }

  /**
   * On a task: from here on this thread computes on the device that the task was given.
   *
   * @throws HoneException if it was given none, though not in a local session, or one that is not
   *     named by its number
   */
  void use(TaskContext task, boolean local) {
    Map<String, ResourceInformation> given = task.resourcesJMap();
    if (!given.containsKey(RESOURCE)) {
      if (local) {
        return;
      }
      throw new HoneException(
          "Spark gave the task of a rank no GPU; set %s=1 for its executors"
              .formatted(OF_EXECUTORS));
    }
    String address = given.get(RESOURCE).addresses()[0];
    if (!address.matches("\\d{1,4}")) {
      throw new HoneException(
          "Spark gave a rank the GPU '%s', and CUDA takes devices by their number; let the discovery script print numbers from 0 on"
              .formatted(address));
    }
    device.use(Integer.parseInt(address));
  }
}
