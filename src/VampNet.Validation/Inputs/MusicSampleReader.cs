using System.Collections.Immutable;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Validation.Inputs;

/// <summary>Reads real codes for a graph that takes them: .safetensors files as <c>vampnet encode</c> writes them, and recordings, which
/// the codec beside the graph encodes. A transformer gets each passage three times, with <see cref="TokenMasking.Shares"/> of it
/// masked.</summary>
/// <param name="encoder">The codec's encoder; null where there is none, and only code files can be read.</param>
/// <param name="codecSha256">SHA-256 of the codec's checkpoint that the graph belongs to; null where the graph does not say.</param>
/// <param name="masking">Masking of the codes; null for a graph that takes whole codes, such as a decoder.</param>
internal sealed class MusicSampleReader(string? encoder, string? codecSha256, TokenMasking? masking) : ISampleReader
{
    private const string TensorName = "codes";
    private const string CodecKey = "codec_sha256";
    private const string ControlPrefix = "ctrl";

    /// <inheritdoc/>
    /// <exception cref="ValidationException">VNV0321: the codes are of another codec than the graph's. VNV0322: they hold numbers beyond
    /// the vocabulary.</exception>
    /// <exception cref="RuntimeException">The recording or the encoder cannot be read; VNR0112: the recording is silent.</exception>
    /// <exception cref="CheckpointException">The file is no tensor file.</exception>
    public IEnumerable<ModelSample>? Read(string path, ImmutableArray<InputPlan> inputs, int extent)
    {
        InputPlan[] codeInputs = [.. inputs.Where(input => input is { ElementType: ElementType.Int64, Shape.Rank: 3 })];
        bool fits =
            codeInputs.Length == 1
            && inputs.All(input => input == codeInputs[0] || input.Name.StartsWith(ControlPrefix, StringComparison.Ordinal));
        if (!fits || !codeInputs[0].Shape[1].TryGetConstant(out long codebooks))
        {
            return null;
        }

        TokenGrid<long>? codes =
            Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) ? ReadCodes(path)
            : encoder is not null && AudioFile.IsSound(path) ? Encode(path)
            : null;
        return codes is not null && codes.Codebooks >= codebooks
            ? Passages(path, codes.SliceCodebooks(0, (int)codebooks), codeInputs[0], inputs, extent)
            : null;
    }

    private IEnumerable<ModelSample> Passages(
        string path,
        TokenGrid<long> codes,
        InputPlan input,
        ImmutableArray<InputPlan> inputs,
        int extent
    )
    {
        string file = Path.GetFileName(path);
        if (masking is not null && codes.Values.FirstOrDefault(code => code < 0 || code >= masking.Vocabulary, -1) is var wrong and not -1)
        {
            throw new ValidationException(
                ValidationErrorIds.CodesBeyondVocabulary,
                found: $"the code {wrong} in {path}",
                expected: $"codes from 0 to {masking.Vocabulary - 1}, none of them masked",
                advice: "Make them with vampnet encode and these models"
            );
        }

        int number = 0;
        for (int piece = 0; piece < codes.Batch; piece++)
        {
            for (int start = 0; start < codes.Frames; start += extent)
            {
                TokenGrid<long> passage = codes.SliceBatch(piece, 1).SliceFrames(start, Math.Min(extent, codes.Frames - start));
                string name = codes.Batch > 1 ? $"{file} piece {piece + 1} from frame {start}" : $"{file} from frame {start}";
                number++;
                if (masking is null)
                {
                    yield return Sample(name, passage, input, inputs);
                    continue;
                }

                foreach ((TokenGrid<long> masked, TokenTargets targets) in masking.Apply(name, number, passage))
                {
                    yield return Sample($"{name}, {targets.MaskShare:0%} masked", masked, input, inputs) with
                    {
                        Targets = targets,
                    };
                }
            }
        }
    }

    // Control signals with masks of zeros, as generation without signals uses.
    private static ModelSample Sample(string name, TokenGrid<long> codes, InputPlan codeInput, ImmutableArray<InputPlan> inputs) =>
        new(
            name,
            [
                .. inputs.Select(input =>
                {
                    if (input == codeInput)
                    {
                        return new ModelInput(input.Name, codes.Values, [1, codes.Codebooks, codes.Frames]);
                    }

                    long[] shape =
                    [
                        .. input.Shape.Select(
                            (dim, axis) =>
                                dim.TryGetConstant(out long length) ? length
                                : axis == 0 ? 1
                                : codes.Frames
                        ),
                    ];
                    return new ModelInput(input.Name, new float[shape.Aggregate(1L, (product, length) => product * length)], shape);
                }),
            ]
        );

    private TokenGrid<long>? ReadCodes(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        if (
            !file.Tensors.TryGetValue(TensorName, out CheckpointTensor? tensor)
            || tensor.ElementType != TensorElementType.Int64
            || tensor.Shape.Length != 3
            || tensor.ElementCount == 0
        )
        {
            return null;
        }

        RequireCodec(path, file.Metadata[CodecKey] is MetadataValue.Text made ? made.Value : null);
        return new TokenGrid<long>((int)tensor.Shape[0], (int)tensor.Shape[1], (int)tensor.Shape[2], tensor.ToInt64s());
    }

    private TokenGrid<long> Encode(string path)
    {
        using var codec = CodecEncoder.Open(encoder!, new ModelOptions());
        RequireCodec(encoder!, codec.CheckpointSha256);
        AudioClip clip = WavSampleReader.ReadSounding(path);
        return codec.Encode(AudioPreprocessor.Prepare(clip, codec.Configuration.SampleRate, codec.Configuration.HopLength));
    }

    private void RequireCodec(string path, string? found)
    {
        if (found is not null && codecSha256 is not null && found != codecSha256)
        {
            throw new ValidationException(
                ValidationErrorIds.CodecDiffers,
                found: $"the codec {found} in {path}",
                expected: $"{codecSha256}, the codec that the graph was trained with",
                advice: "Use codes, or a codec_encoder.onnx, of that codec"
            );
        }
    }
}
