package dev.hone.training.kernels.cpu;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * One {@link Product} as oneDNN prepared it. Made once for each shape and thread; making one takes
 * about half a millisecond.
 */
final class PreparedProduct implements AutoCloseable {
  private final dnnl_primitive primitive = new dnnl_primitive();
  private final dnnl_memory a = new dnnl_memory();
  private final dnnl_memory b = new dnnl_memory();
  private final dnnl_memory c = new dnnl_memory();
  private final dnnl_memory scratch = new dnnl_memory();
  private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(4);
  private final long scratchBytes;

  PreparedProduct(Product shape, dnnl_engine engine) {
    int operands = shape.bf16() ? dnnl.dnnl_bf16 : dnnl.dnnl_f32;
    int result = shape.half() ? dnnl.dnnl_bf16 : dnnl.dnnl_f32;
    dnnl_memory_desc aDesc =
        desc(shape.m(), shape.k(), shape.strideA(), shape.transposeA(), operands);
    dnnl_memory_desc bDesc =
        desc(shape.k(), shape.n(), shape.strideB(), shape.transposeB(), operands);
    dnnl_memory_desc cDesc = desc(shape.m(), shape.n(), shape.strideC(), false, result);
    dnnl_primitive_attr attributes = attributes(shape);
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    check(
        dnnl.dnnl_matmul_primitive_desc_create(
            description, engine, aDesc, bDesc, null, cDesc, attributes));
    check(dnnl.dnnl_primitive_create(primitive, description));
    dnnl_memory_desc scratchDesc =
        dnnl.dnnl_primitive_desc_query_md(description, dnnl.dnnl_query_scratchpad_md, 0);
    scratchBytes = dnnl.dnnl_memory_desc_get_size(scratchDesc);
    check(dnnl.dnnl_memory_create(a, aDesc, engine, null));
    check(dnnl.dnnl_memory_create(b, bDesc, engine, null));
    check(dnnl.dnnl_memory_create(c, cDesc, engine, null));
    check(dnnl.dnnl_memory_create(scratch, scratchDesc, engine, null));
    arguments.getPointer(0).arg(dnnl.DNNL_ARG_SRC).memory(a);
    arguments.getPointer(1).arg(dnnl.DNNL_ARG_WEIGHTS).memory(b);
    arguments.getPointer(2).arg(dnnl.DNNL_ARG_DST).memory(c);
    arguments.getPointer(3).arg(dnnl.DNNL_ARG_SCRATCHPAD).memory(scratch);
    dnnl.dnnl_primitive_desc_destroy(description);
    dnnl.dnnl_primitive_attr_destroy(attributes);
    dnnl.dnnl_memory_desc_destroy(aDesc);
    dnnl.dnnl_memory_desc_destroy(bDesc);
    dnnl.dnnl_memory_desc_destroy(cDesc);
  }

  private static dnnl_memory_desc desc(
      int rows, int columns, int stride, boolean transposed, int type) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    long[] strides = transposed ? new long[] {1, stride} : new long[] {stride, 1};
    check(
        dnnl.dnnl_memory_desc_create_with_strides(
            desc, 2, new long[] {rows, columns}, type, strides));
    return desc;
  }

  private static dnnl_primitive_attr attributes(Product shape) {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    dnnl_post_ops after = new dnnl_post_ops();
    check(dnnl.dnnl_primitive_attr_create(attributes));
    check(dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user));
    check(dnnl.dnnl_post_ops_create(after));
    if (shape.alpha() != 1) {
      check(dnnl.dnnl_post_ops_append_eltwise(after, dnnl.dnnl_eltwise_linear, shape.alpha(), 0));
    }
    if (shape.beta() != 0) {
      check(dnnl.dnnl_post_ops_append_sum(after, shape.beta(), 0, dnnl.dnnl_data_type_undef));
    }
    check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, after));
    dnnl.dnnl_post_ops_destroy(after);
    return attributes;
  }

  /** Bytes of working memory that {@link #run} needs. */
  long scratchBytes() {
    return scratchBytes;
  }

  /** Computes it, on the threads that OpenMP has for the calling thread. */
  void run(Pointer left, Pointer right, Pointer result, Pointer working, dnnl_stream stream) {
    check(dnnl.dnnl_memory_set_data_handle(a, left));
    check(dnnl.dnnl_memory_set_data_handle(b, right));
    check(dnnl.dnnl_memory_set_data_handle(c, result));
    check(dnnl.dnnl_memory_set_data_handle(scratch, working));
    check(dnnl.dnnl_primitive_execute(primitive, stream, 4, arguments));
    check(dnnl.dnnl_stream_wait(stream));
  }

  @Override
  public void close() {
    dnnl.dnnl_primitive_destroy(primitive);
    dnnl.dnnl_memory_destroy(a);
    dnnl.dnnl_memory_destroy(b);
    dnnl.dnnl_memory_destroy(c);
    dnnl.dnnl_memory_destroy(scratch);
    arguments.close();
  }

  static void check(int status) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN refused a product, status " + status);
    }
  }
}
