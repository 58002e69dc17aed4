# syntax=docker/dockerfile:1
# hone on Spark's own image: driver and executors on Kubernetes, or a machine of its own. docs/deploying.md has the commands.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG SPARK_IMAGE=spark:4.1.0-scala2.13-java17-ubuntu

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -q -DskipTests package

FROM ${SPARK_IMAGE}
USER 0
# The OpenMP that oneDNN and OpenBLAS are linked with; and a home directory, which native libraries are unpacked into.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends libgomp1 \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir -p /opt/hone /home/spark \
  && chown spark:spark /home/spark
# What a plain Spark lacks: Delta, hadoop-aws and the parts of the AWS SDK that it uses.
COPY --from=build /src/jobs/target/cluster-jars/ /opt/spark/jars/
COPY --from=build /src/jobs/target/hone-*.jar /opt/hone/hone.jar
# Several pools of threads share the cores: one that waits by spinning takes them from the others.
ENV HOME=/home/spark OMP_WAIT_POLICY=PASSIVE
# The user spark of that image.
USER 185
