using System.Collections.Immutable;
using VampNet.Reporting.Sound;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>A part that the report leaves out.</summary>
/// <param name="Part">Name of the part.</param>
/// <param name="Reason">Reason why the page lacks it, and how to have it.</param>
public sealed record SkippedPart(string Part, string Reason)
{
    /// <summary>Lists the parts that the report of a request leaves out.</summary>
    internal static ImmutableArray<SkippedPart> Of(
        ReportRequest request,
        ImmutableArray<ReportedModel> models,
        VerificationReport verification
    )
    {
        bool makesMusic = models.Length == 4;
        string[] withoutLayers = [.. verification.Verdicts.Where(verdict => verdict.Layers is null).Select(verdict => verdict.File)];
        (bool IsLeftOut, string Part, string Reason)[] parts =
        [
            (
                request.Quantized.IsEmpty,
                "quantization",
                "no folder of quantized graphs was named: make one with vampnet quantize, and name it with --quantized"
            ),
            (
                request.Exporter is null,
                "another exporter's graphs",
                "no folder of them was named: those that PyTorch's exporter made of the same checkpoints can be timed beside ours "
                    + "with --exporter"
            ),
            (
                withoutLayers.Length > 0,
                $"parity by layer of {string.Join(", ", withoutLayers)}",
                "the verdict is of an earlier version, or the graph names no layer as vampnet export does: run vampnet verify again"
            ),
            (!makesMusic, "music", "the folder does not hold coarse, c2f, codec_encoder and codec_decoder"),
            (
                RoundTripCheck.Recordings(request.JudgedOn).IsEmpty,
                "the codec on held-out music",
                "no recording was named to judge on: name one with --judge-on"
            ),
            (makesMusic && request.Benchmark.MusicSeconds == 0, "the real-time factor", "it was not asked for: --music 0"),
            (
                makesMusic && request.Input is null,
                "a recording",
                "none was given, so the clips are made from seeded noise: give one with --input"
            ),
        ];
        return
        [
            .. parts.Where(part => part.IsLeftOut).Select(part => new SkippedPart(part.Part, part.Reason)),
            .. request
                .Quantized.Where(other => makesMusic && !other.MakesMusic)
                .Select(other => new SkippedPart($"the sound of {other.Name}", "it does not hold all four graphs")),
        ];
    }
}
