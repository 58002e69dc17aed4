package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How a bucket is reached: by what Hadoop's {@code fs.s3a.*} settings say, those of the bucket
 * first, so that they are set once for tables and models; where they say nothing, as the AWS SDK
 * does by itself.
 */
final class S3Settings {
  /** Silence that ends an attempt, unless {@code fs.s3a.connection.timeout} is shorter. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** For one request with all it sends; 16 MiB pass at 90 KB/s. */
  private static final Duration ATTEMPT = Duration.ofMinutes(3);

  private static final int ATTEMPTS = 5;

  private final Configuration configuration;
  private final String bucket;

  S3Settings(Configuration configuration, String bucket) {
    this.configuration = configuration;
    this.bucket = bucket;
  }

  /**
   * A client that tries again what fails for a reason that may pass, a bounded number of times.
   *
   * @param connections it may have at once
   */
  S3Client client(int connections) throws IOException {
    Optional<URI> endpoint = endpoint();
    S3ClientBuilder builder =
        S3Client.builder()
            .forcePathStyle(text("path.style.access").map(Boolean::parseBoolean).orElse(false))
            .credentialsProvider(credentials())
            .region(region(endpoint.isPresent()))
            .crossRegionAccessEnabled(endpoint.isEmpty())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(connections)
                    .connectionTimeout(atMost("connection.establish.timeout", SILENCE))
                    .socketTimeout(atMost("connection.timeout", SILENCE)))
            .overrideConfiguration(
                settings ->
                    settings
                        .apiCallAttemptTimeout(atMost("connection.part.upload.timeout", ATTEMPT))
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts())
                                .build()));
    endpoint.ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** S3A's attempts, but at least one. */
  private int attempts() {
    return Math.max(1, text("attempts.maximum").map(Integer::parseInt).orElse(ATTEMPTS));
  }

  private Optional<URI> endpoint() {
    return text("endpoint")
        .filter(given -> !given.equals("s3.amazonaws.com") && !given.equals("central"))
        .map(
            given -> {
              boolean plain = text("connection.ssl.enabled").filter("false"::equals).isPresent();
              return URI.create(
                  given.contains("://") ? given : (plain ? "http://" : "https://") + given);
            });
  }

  private Region region(boolean elsewhere) {
    Optional<String> given = text("endpoint.region");
    if (given.isPresent() || elsewhere) {
      return Region.of(given.orElse("us-east-1"));
    }
    try {
      return new DefaultAwsRegionProviderChain().getRegion();
    } catch (SdkClientException e) {
      // The client then finds the bucket's own by what the first answer says.
      return Region.US_EAST_1;
    }
  }

  private AwsCredentialsProvider credentials() throws IOException {
    Optional<String> key = secret("access.key");
    Optional<String> secret = secret("secret.key");
    if (key.isEmpty() || secret.isEmpty()) {
      return DefaultCredentialsProvider.builder().build();
    }
    Optional<String> token = secret("session.token");
    return StaticCredentialsProvider.create(
        token.isPresent()
            ? AwsSessionCredentials.create(key.get(), secret.get(), token.get())
            : AwsBasicCredentials.create(key.get(), secret.get()));
  }

  private Optional<String> text(String name) {
    String ofBucket = configuration.getTrimmed("fs.s3a.bucket." + bucket + "." + name, "");
    String text = ofBucket.isEmpty() ? configuration.getTrimmed("fs.s3a." + name, "") : ofBucket;
    return Optional.of(text).filter(given -> !given.isEmpty());
  }

  private Optional<String> secret(String name) throws IOException {
    for (String prefix : new String[] {"fs.s3a.bucket." + bucket + ".", "fs.s3a."}) {
      char[] secret = configuration.getPassword(prefix + name);
      if (secret != null && secret.length > 0) {
        return Optional.of(new String(secret).trim());
      }
    }
    return Optional.empty();
  }

  private Duration atMost(String name, Duration most) {
    long millis =
        text(name)
            .map(
                given ->
                    configuration.getTimeDurationHelper(
                        "fs.s3a." + name, given, TimeUnit.MILLISECONDS))
            .filter(given -> given > 0)
            .orElse(most.toMillis());
    return Duration.ofMillis(Math.min(millis, most.toMillis()));
  }
}
