using System.CommandLine;
using VampNet.Quantization.Search;

namespace VampNet.Cli.Commands;

/// <summary><c>--goal GOAL</c>: the quality that quantized graphs must reach.</summary>
internal sealed class GoalOption
{
    /// <param name="effect">The effect of the goal, one sentence for the help page.</param>
    public GoalOption(string effect)
    {
        Option = new Option<string?>("--goal")
        {
            HelpName = "GOAL",
            Description =
                "Set a quality goal for held-out inputs, for example \"nll<=+0.005\": at most 0.005 nats more per true token. "
                + $"nll, kl and error with <=, top1, top5, sqnr, codes, cosine, psnr and si-sdr with >=. {effect}",
        };
        Option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } goal && !QualityGoal.TryParse(goal, out _))
            {
                result.AddError(
                    $"Found \"{goal}\" for {Option.Name}. Expected a metric and a bound, for example "
                        + "nll<=+0.005, kl<=0.01, top1>=0.99, top5>=0.98, sqnr>=30, codes>=0.9, cosine>=0.99, psnr>=40, si-sdr>=20 "
                        + "or error<=0.01."
                );
            }
        });
    }

    /// <summary>The option.</summary>
    public Option<string?> Option { get; }

    /// <summary>The goal of a command line; null for none.</summary>
    public QualityGoal? Read(ParseResult arguments) =>
        arguments.GetValue(Option) is { } goal && QualityGoal.TryParse(goal, out QualityGoal? parsed) ? parsed : null;
}
