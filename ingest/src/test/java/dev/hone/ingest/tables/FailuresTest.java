package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FailuresTest {
  private static final String DETAILS =
      " (Service: S3, Status Code: 403, Request ID: 3, Extended Request ID: 4) (SDK Attempt Count: 1)";

  @Test
  void theInnermostMessageIsTold() {
    assertEquals(
        "disk full",
        Failures.firstLine(
            new IllegalStateException("job 3 failed", new IOException("disk full\nat"))));
    assertEquals("IOException", Failures.firstLine(new IOException()));
  }

  @Test
  void theSdksDetailsAreNot() {
    assertEquals("Slow down", Failures.firstLine(new IOException("Slow down" + DETAILS)));
  }

  @Test
  void whatStoresSayOftenIsSaidPlainly() {
    AccessDeniedException denied = new AccessDeniedException("s3a://lake/x");
    denied.initCause(new IOException("Forbidden" + DETAILS));
    assertEquals("access denied (Forbidden)", Failures.firstLine(denied));
    assertEquals(
        "the bucket does not exist",
        Failures.firstLine(new UnknownStoreException("s3a://lake/x", "404")));
    assertEquals(
        "no credentials were found, neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a profile or role",
        Failures.firstLine(new IOException("denied", new NoAuthWithAWSException("no provider"))));
    UnknownHostException outer = new UnknownHostException("getFileStatus: long story");
    outer.initCause(new UnknownHostException("s3.example"));
    assertEquals("there is no host 's3.example'", Failures.firstLine(outer));
  }
}
