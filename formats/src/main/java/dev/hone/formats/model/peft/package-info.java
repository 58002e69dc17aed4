/** PEFT adapter directories: {@code adapter_config.json} and {@code adapter_model.safetensors}. */
package dev.hone.formats.model.peft;
