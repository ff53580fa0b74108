using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Reporting.Sound;

/// <summary>Makes the clips of a report: the input, its round trip through the codec, and a vamp of it.</summary>
internal static class SoundCheck
{
    /// <summary>The input as the codec takes it, the round trip through the codec, and the vamp.</summary>
    /// <param name="folder">The models.</param>
    /// <param name="input">A recording; null for seeded sound.</param>
    /// <param name="controls">The controls of the vamp; null for the runtime's defaults.</param>
    /// <param name="options">Options that the models are loaded with, such as the execution provider.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<ImmutableArray<ReportClip>> ListenAsync(
        string folder,
        AudioClip? input,
        VampOptions? controls,
        ModelOptions options,
        CancellationToken cancellationToken
    )
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        var pipeline = new VampNetPipeline(models);
        CodecProperties codec = models.Decoder.Configuration;
        AudioClip sound = input ?? new AudioClip(codec.SampleRate, SeededInputs.Audio(seed: 1, 1, 3 * codec.SampleRate, codec.SampleRate));
        // Every clip is made of this one, so that their loudness can be compared.
        AudioClip prepared = new(codec.SampleRate, AudioPreprocessor.Prepare(sound, codec.SampleRate, codec.HopLength));
        IReadOnlyList<AudioClip> roundTrip = await pipeline
            .DecodeAsync(
                await pipeline.EncodeAsync(prepared, cancellationToken: cancellationToken).ConfigureAwait(false),
                cancellationToken: cancellationToken
            )
            .ConfigureAwait(false);
        return
        [
            new ReportClip(input is null ? "input (seeded sound: no recording was given)" : "input, as the codec takes it", prepared),
            new ReportClip("through the codec and back", roundTrip[0]),
            new ReportClip("vamp, float32", await VampAsync(pipeline, prepared, controls, cancellationToken).ConfigureAwait(false)),
        ];
    }

    /// <summary>The vamp of another folder's models, such as quantized ones, of the same input with the same seed.</summary>
    public static async Task<ReportClip> VampAsync(
        string folder,
        string label,
        AudioClip input,
        VampOptions? controls,
        ModelOptions options,
        CancellationToken cancellationToken
    )
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        return new ReportClip(
            label,
            await VampAsync(new VampNetPipeline(models), input, controls, cancellationToken).ConfigureAwait(false)
        );
    }

    // Equal seeds give equal draws for models of equal shape: what differs between float32 and INT8 is the models.
    private static async Task<AudioClip> VampAsync(
        VampNetPipeline pipeline,
        AudioClip sound,
        VampOptions? controls,
        CancellationToken cancellationToken
    ) =>
        (
            await pipeline
                .VampAsync(
                    sound,
                    (controls ?? new VampOptions()) with
                    {
                        RestoreLoudness = true,
                        BatchSize = 1,
                    },
                    cancellationToken: cancellationToken
                )
                .ConfigureAwait(false)
        ).Audio[0];
}
