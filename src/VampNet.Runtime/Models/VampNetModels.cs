using VampNet.Models;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Models;

/// <summary>
/// A folder of exported models, each loaded when it is first used. Share one instance: every pipeline over it uses the same weights and
/// threads. Thread-safe.
/// </summary>
public sealed class VampNetModels : IDisposable
{
    private readonly Lazy<CodecEncoder> _encoder;
    private readonly Lazy<CodecDecoder> _decoder;
    private readonly Lazy<OnnxTokenModel> _coarse,
        _fine;

    private readonly bool _keepsLoaded;

    private VampNetModels(string folder, ModelOptions options)
    {
        _keepsLoaded = options.KeepLoaded;
        Folder = folder;
        Threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        Provider = ProviderText.Describe(options);
        _encoder = new(() => CodecEncoder.Open(Path.Combine(folder, ModelFiles.CodecEncoder), options));
        _decoder = new(() => CodecDecoder.Open(Path.Combine(folder, ModelFiles.CodecDecoder), options));
        _coarse = new(() => OnnxTokenModel.Open(Path.Combine(folder, ModelFiles.Coarse), options));
        _fine = new(() => OnnxTokenModel.Open(Path.Combine(folder, ModelFiles.CoarseToFine), options));
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The threads per operator, one per core by default: another number of threads rounds sums differently.</summary>
    public int Threads { get; }

    /// <summary>The execution provider with its options, such as <c>cpu</c> or <c>cuda:0 use_tf32=1</c>.</summary>
    public string Provider { get; }

    /// <summary>codec_encoder.onnx.</summary>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305: it is missing, damaged or something else; the same for the other
    /// models.</exception>
    public CodecEncoder Encoder => _encoder.Value;

    /// <summary>codec_decoder.onnx.</summary>
    public CodecDecoder Decoder => _decoder.Value;

    /// <summary>coarse.onnx.</summary>
    public OnnxTokenModel Coarse => _coarse.Value;

    /// <summary>c2f.onnx.</summary>
    public OnnxTokenModel Fine => _fine.Value;

    /// <summary>Opens a folder without loading anything yet.</summary>
    /// <exception cref="RuntimeException">VNR0301: no such folder.</exception>
    public static VampNetModels Open(string folder, ModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Directory.Exists(folder)
            ? new VampNetModels(folder, options ?? new ModelOptions())
            : throw new RuntimeException(
                RuntimeErrorIds.ModelMissing,
                found: $"no folder at '{folder}'",
                expected: "a folder of exported models",
                advice: "Check the name, or export into it"
            );
    }

    /// <summary>Loads all four models and checks that they were made for each other.</summary>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305 for a single model. VNR0306: two models do not belong together.</exception>
    public void RequireFamily()
    {
        Require(
            Encoder.Configuration == Decoder.Configuration && Same(Encoder.CheckpointSha256, Decoder.CheckpointSha256),
            "codec_encoder.onnx and codec_decoder.onnx of different codecs",
            "both of one codec checkpoint"
        );
        CodecProperties codec = Decoder.Configuration;
        Require(Fine.Codebooks == codec.Codebooks, $"c2f.onnx for {Fine.Codebooks} codebooks", $"the codec's {codec.Codebooks}");
        Require(
            Coarse.Codebooks >= Fine.ConditioningCodebooks && Coarse.Codebooks <= codec.Codebooks,
            $"coarse.onnx for {Coarse.Codebooks} codebooks",
            $"{Fine.ConditioningCodebooks}, which c2f.onnx starts from, up to {codec.Codebooks}"
        );
        Require(Coarse.ConditioningCodebooks == 0, $"coarse.onnx with {Coarse.ConditioningCodebooks} conditioning codebooks", "none");
        foreach ((string name, OnnxTokenModel model) in new[] { ("coarse.onnx", Coarse), ("c2f.onnx", Fine) })
        {
            Require(
                model.VocabularySize == codec.CodebookSize,
                $"{name} with a vocabulary of {model.VocabularySize}",
                $"the codec's {codec.CodebookSize}"
            );
            Require(
                Same(model.CodecSha256, Decoder.CheckpointSha256),
                $"{name} made with the codec {model.CodecSha256}",
                $"{Decoder.CheckpointSha256}, which the codec's graphs were made of"
            );
        }
    }

    /// <summary>Unloads the model of a stage that has ended, unless models are kept.</summary>
    internal void EndStage(VampStage stage)
    {
        if (_keepsLoaded)
        {
            return;
        }

        switch (stage)
        {
            case VampStage.Encode:
                Encoder.Unload();
                break;
            case VampStage.Coarse:
                Coarse.Unload();
                break;
            case VampStage.Fine:
                Fine.Unload();
                break;
            default:
                Decoder.Unload();
                break;
        }

        FreedMemory.Return();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(_encoder);
        Dispose(_decoder);
        Dispose(_coarse);
        Dispose(_fine);
    }

    private static void Dispose<T>(Lazy<T> model)
        where T : IDisposable
    {
        if (model.IsValueCreated)
        {
            model.Value.Dispose();
        }
    }

    private static bool Same(string? first, string? second) => first is null || second is null || first == second;

    private void Require(bool holds, string found, string expected)
    {
        if (!holds)
        {
            throw new RuntimeException(
                RuntimeErrorIds.ModelsDoNotMatch,
                found: $"{found} in '{Folder}'",
                expected: $"{expected}",
                advice: "Export all models into one folder in one go"
            );
        }
    }
}
