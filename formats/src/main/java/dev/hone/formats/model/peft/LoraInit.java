package dev.hone.formats.model.peft;

/** What an adapter is before training: {@code init_lora_weights}. */
public enum LoraInit {
  /** {@code true}: A uniform in ±1/sqrt(in), which is Kaiming's with a = sqrt(5); B zero. */
  KAIMING,
  /** {@code gaussian}: A normal with a standard deviation of 1/r; B zero. */
  GAUSSIAN,
  /**
   * {@code olora}: of the weight's QR decomposition, and taken out of the weight, so that training
   * starts at the base model.
   */
  OLORA
}
