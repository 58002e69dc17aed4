package dev.hone.jobs.forget;

import java.util.List;

/**
 * What to forget.
 *
 * @param where conditions, of which a row fulfils at least one, see {@link Condition}
 * @param recordIds records by name
 * @param tables the tables that the conditions are about: documents, quarantine, generations
 * @param dryRun count only
 * @param vacuum delete the files of all old versions at once; for a warehouse that nobody else
 *     reads or writes
 */
public record ForgetRequest(
    List<String> where,
    List<String> recordIds,
    List<Class<? extends Record>> tables,
    boolean dryRun,
    boolean vacuum) {
  public ForgetRequest {
    where = List.copyOf(where);
    recordIds = List.copyOf(recordIds);
    tables = List.copyOf(tables);
  }
}
