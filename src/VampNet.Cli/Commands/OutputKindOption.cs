using System.CommandLine;
using VampNet.Quantization.Judging;

namespace VampNet.Cli.Commands;

/// <summary><c>--output-kind KIND</c>: the meaning of a graph's first output.</summary>
internal sealed class OutputKindOption
{
    private static readonly Dictionary<string, OutputKind?> Kinds = new()
    {
        ["guess"] = null,
        ["logits"] = OutputKind.Logits,
        ["image"] = OutputKind.Image,
        ["embedding"] = OutputKind.Embedding,
        ["audio"] = OutputKind.Audio,
        ["regression"] = OutputKind.Regression,
    };

    public OutputKindOption() => Option.TakeOneOf([.. Kinds.Keys]);

    /// <summary>The option.</summary>
    public Option<string> Option { get; } =
        new("--output-kind")
        {
            DefaultValueFactory = _ => "guess",
            Description =
                "Judge the first output as this: logits by top1, top5 and KL, images by PSNR, embeddings by cosine, audio by SI-SDR, "
                + "regression by its error. guess chooses by type, name and shape, and says why.",
        };

    /// <summary>Whether a command line names it.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetResult(Option) is { Implicit: false };

    /// <summary>The meaning that a command line gives; null to guess it.</summary>
    public OutputKind? Read(ParseResult arguments) => Kinds[arguments.GetRequiredValue(Option)];
}
