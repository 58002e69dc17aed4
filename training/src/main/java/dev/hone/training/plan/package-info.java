/** What a training run will take, found before anything is loaded. */
package dev.hone.training.plan;
