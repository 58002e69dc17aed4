package dev.hone.formats.model.peft;

/** What an adapter is before training: {@code init_lora_weights}. B is always zero. */
public enum LoraInit {
  /** {@code true}: A uniform in ±1/sqrt(in), which is Kaiming's with a = sqrt(5). */
  KAIMING,
  /** {@code gaussian}: A normal with a standard deviation of 1/r. */
  GAUSSIAN
}
