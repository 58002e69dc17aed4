package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AlignedArraysTest {

  @Test
  void beginsWithACacheLine() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.BFLOAT16, DataType.UINT8}) {
      for (long[] shape : new long[][] {{3, 5}, {1}, {1, 1_000_000}, {4, 6, 8}}) {
        INDArray array = AlignedArrays.zeros(type, shape);
        assertEquals(0, CpuTensor.address(array) % AlignedArrays.LINE);
        assertArrayEquals(shape, array.shape());
        assertEquals(0, array.castTo(DataType.FLOAT).sumNumber().doubleValue());
      }
    }
  }

  /** An array is a part of a larger one, which nobody else holds. */
  @Test
  void keepsItsMemory() {
    INDArray kept = AlignedArrays.zeros(DataType.FLOAT, 1000, 1000).addi(7);
    for (int i = 0; i < 20; i++) {
      AlignedArrays.zeros(DataType.FLOAT, 1000, 1000).addi(i);
      System.gc();
    }
    assertEquals(7.0, kept.meanNumber().doubleValue());
    assertEquals(7.0, kept.minNumber().doubleValue());
  }
}
