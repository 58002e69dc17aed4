package dev.hone.training.objective;

/**
 * What a pair of rewards costs: {@code -log sigmoid(r⁺ - r⁻ - m) + c (r⁺ + r⁻)²}, the likelihood of
 * a comparison in the model of Bradley and Terry 1952 as Ouyang et al. 2022 (equation 1) minimise
 * it, with the margin of Touvron et al. 2023 (Llama 2, section 3.2.2) and the centring of
 * Eisenstein et al. 2023. It is what TRL's RewardTrainer minimises.
 *
 * <p>Worked example: equal rewards of 0 cost log 2 = 0.69315. Rewards of 1.5 and 0.5 with a margin
 * of 1 and c = 0.01 cost 0.69315 + 0.04.
 *
 * @param centring {@code center_rewards_coefficient}, c
 */
public record BradleyTerry(double centring) {

  /**
   * A pair's cost.
   *
   * @param byChosen derivative by the reward of the chosen answer
   * @param byRejected by that of the other
   */
  public record Cost(double value, double byChosen, double byRejected) {}

  /**
   * What a pair costs.
   *
   * @param margin by how much the chosen answer is better
   */
  public Cost of(double chosen, double rejected, double margin) {
    double ahead = chosen - rejected - margin;
    double sum = chosen + rejected;
    double missed = Logistic.sigmoid(-ahead);
    double pull = 2 * centring * sum;
    return new Cost(
        -Logistic.logSigmoid(ahead) + centring * sum * sum, pull - missed, pull + missed);
  }
}
