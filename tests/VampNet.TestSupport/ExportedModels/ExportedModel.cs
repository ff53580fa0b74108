using System.Collections.Immutable;
using System.Globalization;
using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A small model as users bring it, operator by operator as an exporter writes it. Its weights are seeded.</summary>
/// <param name="Name">Family, exporter, opset and element type.</param>
/// <param name="Build">Makes it; the same graph each time.</param>
public sealed record ExportedModel(string Name, Func<Model> Build)
{
    private static readonly ImmutableArray<ElementType> Types = [ElementType.Float, ElementType.Float16];

    /// <summary>All of them.</summary>
    public static ImmutableArray<ExportedModel> All { get; } =
    [
        .. Each(
            [(14, true), (18, false), (20, false)],
            "decoder",
            (opset, type, isScripted) => TextDecoder.Build(opset, type, isScripted, false)
        ),
        .. Each([(14, true), (20, false)], "decoder_bool", (opset, type, isScripted) => TextDecoder.Build(opset, type, isScripted, true)),
        .. Each([(14, true), (20, false)], "gpt_trilu", (opset, type, isScripted) => CausalDecoder.Build(opset, type, isScripted, true)),
        .. Each(
            [(11, true), (13, true), (18, false)],
            "gpt_cut",
            (opset, type, isScripted) => CausalDecoder.Build(opset, type, isScripted, false)
        ),
        .. Each(
            [(11, true), (14, true), (18, false)],
            "bert",
            (opset, type, isScripted) => TextEncoder.Build(opset, type, isScripted, false)
        ),
        .. Each([(12, true), (14, true)], "bart_encoder", (opset, type, isScripted) => TextEncoder.Build(opset, type, isScripted, true)),
        .. Each([(14, true), (18, false)], "unet", (opset, type, isScripted) => DiffusionBlock.Build(opset, type, isScripted, false)),
        .. Each([(14, true)], "unet_joined", (opset, type, isScripted) => DiffusionBlock.Build(opset, type, isScripted, true)),
        .. Each(
            [(9, true), (12, true), (13, true), (17, true)],
            "mobilenet",
            (opset, type, _) => MobileClassifier.Build(opset, type, false)
        ),
        .. Each([(12, true)], "mobilenet_norm", (opset, type, _) => MobileClassifier.Build(opset, type, true)),
        .. Each([(14, true), (16, true)], "stream", (opset, type, _) => StreamingDetector.Build(opset, type)),
        .. Each([(11, true), (14, true)], "merged", (opset, type, _) => MergedDecoder.Build(opset, type)),
        .. Each([(15, true)], "speech", (opset, type, _) => SpeechSynthesizer.Build(opset, type)),
        .. Each([(21, false)], "runtime_decoder", (opset, type, _) => RuntimeDecoder.Build(opset, type)),
        new("features.skl2onnx.15.float", () => FeatureClassifier.Build(15)),
    ];

    /// <summary>The model of a name.</summary>
    public static ExportedModel Named(string name) => All.Single(model => model.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IEnumerable<ExportedModel> Each(
        (int Opset, bool IsScripted)[] exporters,
        string family,
        Func<int, ElementType, bool, Model> build
    ) =>
        exporters.SelectMany(
            _ => Types,
            (exporter, type) =>
                new ExportedModel(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{family}.{(exporter.IsScripted ? "torchscript" : "dynamo")}.{exporter.Opset}.{type.OnnxName}"
                    ),
                    () => build(exporter.Opset, type, exporter.IsScripted)
                )
        );
}
