package dev.hone.training.distributed;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.apache.spark.util.RpcUtils;
import scala.PartialFunction;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where ranks send messages to while their stage runs. It is an endpoint of Spark's own RPC, which
 * every session has, local or cluster: no port of ours is opened, no setting is needed, and
 * authentication and encryption are those of the session.
 */
final class Mailbox implements AutoCloseable {
  private final RpcEnv rpc;
  private final RpcEndpointRef endpoint;
  private final String name;

  private Mailbox(RpcEnv rpc, RpcEndpointRef endpoint, String name) {
    this.rpc = rpc;
    this.endpoint = endpoint;
    this.name = name;
  }

  /**
   * Opens a mailbox on the driver.
   *
   * @param receiver is given the messages one at a time, those of a rank in the order they were
   *     sent; must not block for long and must not throw
   * @param stops whether the rank on an executor, which is named, is to end at a checkpoint; as the
   *     receiver
   */
  static Mailbox open(Consumer<RankMessage> receiver, Predicate<String> stops) {
    RpcEnv rpc = SparkEnv.get().rpcEnv();
    String name = "hone-" + UUID.randomUUID();
    return new Mailbox(rpc, rpc.setupEndpoint(name, new Endpoint(rpc, receiver, stops)), name);
  }

  /** What a rank needs to know to send to it. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    rpc.stop(endpoint);
  }

  /** A rank's way to the driver. */
  static final class Sender {
    private static final ClassTag<Boolean> BOOLEAN = ClassTag$.MODULE$.apply(Boolean.class);
    private final RpcEndpointRef driver;
    private final byte[] attempt;
    private final String executor;

    /** For the mailbox of that name; called in a task. */
    Sender(String name) {
      int number = TaskContext.get().stageAttemptNumber();
      attempt = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
      SparkEnv environment = SparkEnv.get();
      executor = environment.executorId();
      driver = RpcUtils.makeDriverRef(name, environment.conf(), environment.rpcEnv());
    }

    /** Sends without waiting. */
    void send(RankMessage message) {
      driver.send(Wire.bytes(message));
    }

    /**
     * Says that this rank fails for a reason that it brings back, so that others, who will miss it,
     * need not be repeated.
     */
    void announceFailure() {
      driver.send(attempt);
    }

    /** Asks whether the rank here is to end at a checkpoint. */
    boolean isAskedToStop() {
      return driver.askSync(executor, BOOLEAN);
    }

    /**
     * Waits until the driver has received all that was sent.
     *
     * @return whether a rank of this attempt has announced its failure
     */
    boolean flush() {
      return driver.askSync(attempt, BOOLEAN);
    }
  }

  private static final class Endpoint implements ThreadSafeRpcEndpoint {
    private final RpcEnv rpc;
    private final Consumer<RankMessage> receiver;
    private final Predicate<String> stops;
    private int failed = -1;

    Endpoint(RpcEnv rpc, Consumer<RankMessage> receiver, Predicate<String> stops) {
      this.rpc = rpc;
      this.receiver = receiver;
      this.stops = stops;
    }

    @Override
    public RpcEnv rpcEnv() {
      return rpc;
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receive() {
      return new Handler(
          message -> {
            byte[] bytes = (byte[]) message;
            if (bytes.length == Integer.BYTES) {
              failed = ByteBuffer.wrap(bytes).getInt();
            } else {
              receiver.accept(Wire.object(bytes, RankMessage.class));
            }
          });
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
      return new Handler(
          message ->
              context.reply(
                  message instanceof String executor
                      ? stops.test(executor)
                      : failed == ByteBuffer.wrap((byte[]) message).getInt()));
    }
  }

  /** A Scala partial function, defined for bytes and names. */
  private static final class Handler extends AbstractPartialFunction<Object, BoxedUnit> {
    private final Consumer<Object> action;

    Handler(Consumer<Object> action) {
      this.action = action;
    }

    @Override
    public boolean isDefinedAt(Object message) {
      return message instanceof byte[] || message instanceof String;
    }

    @Override
    public BoxedUnit apply(Object message) {
      action.accept(message);
      return BoxedUnit.UNIT;
    }
  }
}
