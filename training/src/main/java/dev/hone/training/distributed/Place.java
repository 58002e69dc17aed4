package dev.hone.training.distributed;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * Where a task has a model.
 *
 * @param threads cores it may compute on
 * @param directory a temporary directory, deleted when the task ends
 * @param hadoop how to reach file systems, as the driver is set up
 */
public record Place(int threads, Path directory, Configuration hadoop) {}
