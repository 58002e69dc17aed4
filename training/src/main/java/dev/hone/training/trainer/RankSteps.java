package dev.hone.training.trainer;

import java.io.Serializable;

/**
 * What a rank did in the steps since the last report. A step of all ranks lasts as long as the
 * slowest computes, and the others wait for it; so it is the computing alone that tells who is
 * slow.
 *
 * <p>Example: of two ranks that compute 2 s and 3 s a step and need 0.1 s to tell each other, the
 * first waits 1.1 s and the second 0.1 s; both take 3.1 s.
 *
 * @param stepSeconds mean time of a step in which this rank computed
 * @param waitingSeconds mean time of a step in which it could not go on, because others were not
 *     ready or because numbers travelled
 * @param rssBytes memory that its process had in the end, which ranks in one process share; 0 where
 *     the system does not say
 */
public record RankSteps(double stepSeconds, double waitingSeconds, long rssBytes)
    implements Serializable {}
