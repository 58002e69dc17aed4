package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Literals: {@code scheduler.get_last_lr()} before each of 11 steps in transformers 5.23.0, for
 * lr=3e-4 and 10 training steps.
 */
@Tag("unit")
class LrScheduleTest {

  @Test
  void linearWarmsUpAndDecaysToZero() {
    assertRates(
        LrSchedule.Kind.LINEAR,
        3,
        0.0,
        9.999999999999999e-05,
        0.00019999999999999998,
        0.0003,
        0.0002571428571428571,
        0.00021428571428571427,
        0.0001714285714285714,
        0.00012857142857142855,
        8.57142857142857e-05,
        4.285714285714285e-05,
        0.0);
    assertRates(
        LrSchedule.Kind.LINEAR,
        0,
        0.0003,
        0.00027,
        0.00023999999999999998,
        0.00020999999999999998,
        0.00017999999999999998,
        0.00015,
        0.00011999999999999999,
        8.999999999999999e-05,
        5.9999999999999995e-05,
        2.9999999999999997e-05,
        0.0);
  }

  @Test
  void cosineIsHalfAWave() {
    assertRates(
        LrSchedule.Kind.COSINE,
        3,
        0.0,
        9.999999999999999e-05,
        0.00019999999999999998,
        0.0003,
        0.0002851453301853628,
        0.00024352347027881003,
        0.00018337814009344714,
        0.00011662185990655284,
        5.6476529721189974e-05,
        1.4854669814637143e-05,
        0.0);
    assertRates(
        LrSchedule.Kind.COSINE,
        0,
        0.0003,
        0.00029265847744427303,
        0.0002713525491562421,
        0.00023816778784387094,
        0.0001963525491562421,
        0.00015,
        0.0001036474508437579,
        6.183221215612904e-05,
        2.8647450843757897e-05,
        7.34152255572697e-06,
        0.0);
  }

  @Test
  void constantIgnoresTheWarmUpUnlessItIsNamed() {
    double peak = 0.0003;
    assertRates(
        LrSchedule.Kind.CONSTANT,
        3,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak);
    assertRates(
        LrSchedule.Kind.CONSTANT_WITH_WARMUP,
        3,
        0.0,
        9.999999999999999e-05,
        0.00019999999999999998,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak,
        peak);
  }

  @Test
  void aWarmUpLongerThanTheRunNeverReachesThePeak() {
    assertRates(
        LrSchedule.Kind.LINEAR,
        12,
        0.0,
        2.4999999999999998e-05,
        4.9999999999999996e-05,
        7.5e-05,
        9.999999999999999e-05,
        0.000125,
        0.00015,
        0.000175,
        0.00019999999999999998,
        0.000225,
        0.00025);
  }

  private static void assertRates(LrSchedule.Kind kind, long warmup, double... expected) {
    LrSchedule schedule = new LrSchedule(kind, 3e-4, warmup, 10);
    double[] actual = LongStream.range(0, expected.length).mapToDouble(schedule::at).toArray();
    assertArrayEquals(expected, actual, 1e-18);
  }
}
