package dev.hone.training.checkpoint.store;

import dev.hone.formats.FailureText;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the AWS SDK's exceptions mean to a person. */
final class S3Problem {
  private static final String AWAY =
      "run again with the same run_id once the store answers, and the run goes on from its newest checkpoint";
  private static final String REFUSED =
      "check the address, the credentials and the spark.hadoop.fs.s3a.* settings";

  private S3Problem() {}

  /**
   * One line, such as {@code PutObject of s3://lake/out/config.json failed: status 503 SlowDown, in
   * 5 attempts}.
   *
   * @param operation as S3 names it
   * @param address of the bucket or the object
   */
  static StoreException of(String operation, String address, SdkException e) {
    boolean refused =
        e instanceof AwsServiceException service
            ? service.statusCode() < 500 && service.statusCode() != 429
            : isWithoutCredentials(e);
    return new StoreException(
        "%s of %s failed: %s%s".formatted(operation, address, what(e), attempts(e)),
        refused ? REFUSED : AWAY,
        e);
  }

  private static String attempts(SdkException e) {
    Integer attempts = e.numAttempts();
    return attempts == null || attempts < 2 ? "" : ", in %d attempts".formatted(attempts);
  }

  private static String what(SdkException e) {
    if (e instanceof AwsServiceException service) {
      AwsErrorDetails details = service.awsErrorDetails();
      String code = details == null || details.errorCode() == null ? "" : details.errorCode();
      if (code.equals("NoSuchBucket")) {
        return "the bucket does not exist";
      }
      String said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
      return "status %d %s%s"
          .formatted(service.statusCode(), code, said.isBlank() ? "" : " (" + said + ")")
          .strip();
    }
    if (e instanceof ApiCallAttemptTimeoutException) {
      return "no answer in time";
    }
    if (isWithoutCredentials(e)) {
      return "no credentials were found, neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a profile or role";
    }
    return FailureText.firstLine(e);
  }

  private static boolean isWithoutCredentials(SdkException e) {
    return e.getMessage() != null && e.getMessage().startsWith("Unable to load credentials");
  }
}
