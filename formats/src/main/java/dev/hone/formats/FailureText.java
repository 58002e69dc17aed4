package dev.hone.formats;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Set;

/**
 * What a person can be told of a failure deep inside a file system, an object store or an engine.
 */
public final class FailureText {
  /** Where the AWS SDK goes on with request numbers and its own stack of messages. */
  private static final String SDK_DETAILS = "\\s*\\(Service: .*|\\s*\\(SDK Attempt Count: .*";

  /** Hadoop's S3A has these; not everybody has Hadoop's S3A. */
  private static final String NO_BUCKET = "UnknownStoreException";

  private static final Set<String> NO_CREDENTIALS =
      Set.of("NoAuthWithAWSException", "NoAwsCredentialsException");

  private FailureText() {}

  /**
   * The first line of the message of the innermost cause that has one; for what S3A reports often,
   * what it means.
   */
  public static String firstLine(Throwable failure) {
    String line = failure.getClass().getSimpleName();
    boolean denied = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String name = cause.getClass().getSimpleName();
      if (name.equals(NO_BUCKET)) {
        return "the bucket does not exist";
      }
      if (NO_CREDENTIALS.contains(name)) {
        return "no credentials were found, neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a profile or role";
      }
      if (cause instanceof UnknownHostException && cause.getCause() == null) {
        return "there is no host '" + cause.getMessage() + "'";
      }
      denied |= cause instanceof AccessDeniedException;
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        line = message.strip().lines().findFirst().orElse(line);
      }
    }
    String plain = line.replaceAll(SDK_DETAILS, "");
    return denied && !plain.equals(line) ? "access denied (" + plain + ")" : plain;
  }
}
