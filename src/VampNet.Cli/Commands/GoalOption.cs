using System.CommandLine;
using VampNet.Quantization.Search;

namespace VampNet.Cli.Commands;

/// <summary><c>--goal GOAL</c>: what quantized graphs must keep.</summary>
internal sealed class GoalOption
{
    /// <param name="effect">What follows from it, one sentence.</param>
    public GoalOption(string effect)
    {
        Option = new Option<string?>("--goal")
        {
            HelpName = "GOAL",
            Description =
                "What must hold on the held-out inputs, for example \"nll<=+0.005\": at most 0.005 nats more for each true token. "
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

    /// <summary>What a command line asks for; null for nothing.</summary>
    public QualityGoal? Read(ParseResult arguments) =>
        arguments.GetValue(Option) is { } goal && QualityGoal.TryParse(goal, out QualityGoal? parsed) ? parsed : null;
}
