using System.Runtime.CompilerServices;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;
using VampNet.Runtime.Rhythm;

namespace VampNet.Runtime;

/// <summary>
/// Vamps, encodes and decodes audio with one folder of models. Thread-safe: calls may overlap, and share the models' weights and threads.
/// Work runs on the
/// thread pool; progress is reported from there.
/// </summary>
/// <param name="models">The models, which the pipeline does not own.</param>
/// <param name="codeCacheBytes">Bytes of codes to keep, so that <see cref="EncodeAsync"/> and <see cref="VampAsync"/> do not encode a
/// recording again that they have encoded not long ago; 0, the default, keeps none. Results are the same. Ten minutes of the released codec
/// take 4 MB.</param>
/// <exception cref="ArgumentOutOfRangeException">Bytes below 0.</exception>
public sealed class VampNetPipeline(VampNetModels models, long codeCacheBytes = 0)
{
    private readonly CodeCache? _codes = codeCacheBytes switch
    {
        0 => null,
        > 0 => new CodeCache(codeCacheBytes),
        _ => throw new ArgumentOutOfRangeException(nameof(codeCacheBytes), codeCacheBytes, "A cache takes 0 bytes or more."),
    };

    /// <summary>Turns sound into codes: prepares the clip as upstream does, then encodes it.</summary>
    /// <param name="clip">Any channels and rate.</param>
    /// <param name="progress">Receives every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>[1,C,T].</returns>
    /// <exception cref="RuntimeException">VNR0110 to VNR0112: the clip is too short, or nothing sounds in it, or it is not finite. VNR03xx:
    /// the encoder.</exception>
    public Task<TokenGrid<long>> EncodeAsync(
        AudioClip clip,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => LongWork.RunAsync(() => Encode(Prepare(clip), isLoop: false, progress, cancellationToken), cancellationToken);

    /// <summary>Turns codes into sound.</summary>
    /// <param name="codes">[B,C,T]; MASK is read as code 0.</param>
    /// <param name="progress">Receives every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>One mono clip for each piece, T * hop samples long.</returns>
    /// <exception cref="RuntimeException">VNR0205 and VNR0206: the codes are not of this codec. VNR03xx: the decoder.</exception>
    public Task<IReadOnlyList<AudioClip>> DecodeAsync(
        TokenGrid<long> codes,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => LongWork.RunAsync<IReadOnlyList<AudioClip>>(() => Decode(codes, isLoop: false, progress, cancellationToken), cancellationToken);

    /// <summary>Codes a recording channel by channel, as descript-audio-codec does, and keeps its length, rate and loudness for
    /// decoding.</summary>
    /// <param name="clip">One to five channels at any rate.</param>
    /// <param name="windowSeconds">Code a longer recording in windows of this length; null for one chunk.</param>
    /// <param name="progress">Receives every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite, or beyond 1e15. VNR0111: too short to hold one sample at the
    /// codec's rate. VNR0117: more than five channels. VNR0177: windows too short for the codec. VNR03xx: the encoder.</exception>
    public Task<CompressedAudio> CompressAsync(
        AudioClip clip,
        double? windowSeconds = null,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(clip);
        return LongWork.RunAsync(
            () =>
            {
                CodecProperties codec = models.Encoder.Configuration;
                int frames = clip.Channels.Count * AudioPreprocessor.CountFrames(clip, codec.SampleRate, codec.HopLength);
                FrameProgress steps = new(progress, VampStage.Encode, frames, CodecEncoder.DefaultChunkFrames, 0, 1);
                return AudioCompression.Compress(models.Encoder, clip, windowSeconds, steps, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Turns a coded recording back into sound.</summary>
    /// <param name="audio">The recording.</param>
    /// <param name="unpadded">The decoder without padding, for a recording that was coded in windows; null where it was not.</param>
    /// <param name="progress">Receives every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">VNR0205: a code that no codebook holds. VNR0206: another number of codebooks. VNR0207: the codes
    /// cannot be a recording of this length. VNR03xx: the decoder.</exception>
    public Task<AudioClip> DecompressAsync(
        CompressedAudio audio,
        UnpaddedCodecDecoder? unpadded = null,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(audio);
        return LongWork.RunAsync(
            () =>
            {
                int frames = audio.Codes.Batch * audio.Codes.Frames;
                FrameProgress steps = new(progress, VampStage.Decode, frames, CodecDecoder.DefaultChunkFrames, 0, 1);
                return AudioCompression.Decompress(models.Decoder, audio, unpadded, steps, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Vamps a clip as upstream's <c>Interface</c> does: encode, build_mask, vamp, decode.</summary>
    /// <param name="clip">Any channels and rate.</param>
    /// <param name="options">All options of the run.</param>
    /// <param name="progress">Receives every chunk and step.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">As the other methods; VNR0115: the part lies outside the clip; VNR0202: the given mask is not
    /// [1,C,T]; VNR0208: a control signal that the models do not have, or of another size; VNR0306: the models do not belong together;
    /// VNR0504: the output would not fit into memory.</exception>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public Task<VampResult> VampAsync(
        AudioClip clip,
        VampOptions options,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(options);
        // The task keeps all that its work refers to until it ends, and the recording is not needed for so long.
        StrongBox<AudioClip?> input = new(clip);
        return LongWork.RunAsync(() => Vamp(input, options, progress, cancellationToken), cancellationToken);
    }

    private VampResult Vamp(
        StrongBox<AudioClip?> recording,
        VampOptions options,
        IProgress<VampProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        models.RequireFamily();
        TokenRate rate = models.Decoder.Configuration.Rate;
        options.Validate();
        VampCodesOptions codesOptions = options.ToCodesOptions(rate);
        codesOptions.Validate();
        SeededDraws draws = new(options.Seed);
        VampInput input = Encode(recording, options, draws, progress, cancellationToken);
        models.EndStage(VampStage.Encode);
        (TokenGrid<long> codes, TokenGrid<bool> mask) = (input.Codes, input.Mask);
        // A loop is generated from its middle on, so that no chunk ends at the seam.
        int turn = options.Seamless ? codes.Frames / 2 : 0;
        (TokenGrid<long> vamped, TokenGrid<long> masked) = CodeVamper.Vamp(
            models.Coarse,
            models.Fine,
            TokenGrid.Roll(codes, -turn),
            TokenGrid.Roll(mask, -turn),
            codesOptions with
            {
                Controls = options.Controls?.ToDictionary(control => control.Key, control => control.Value.Roll(-turn)),
            },
            draws,
            models.EndStage,
            progress,
            cancellationToken
        );
        (vamped, masked) = (
            TokenGrid.Roll(vamped, turn * options.TimeStretchFactor),
            TokenGrid.Roll(masked, turn * options.TimeStretchFactor)
        );
        AudioClip[] audio = Decode(vamped, options.Seamless, progress, cancellationToken);
        models.EndStage(VampStage.Decode);
        if (options.Seamless)
        {
            int length = checked(input.Sounding * options.TimeStretchFactor);
            audio =
            [
                .. audio.Select(piece => new AudioClip(piece.SampleRate, [LoopFrames.CutEnd(piece.Channels[0], length, rate.HopLength)])),
            ];
        }

        if (input.Whole is { } clip)
        {
            // The part gets the rate, length and loudness of what it replaces.
            audio = [.. audio.Select(piece => input.Part.Fit(clip, piece, options.TimeStretchFactor))];
        }

        if (options.RestoreLoudness || options.HasPart)
        {
            foreach (AudioClip piece in audio)
            {
                Loudness.Normalize(piece.Channels[0], piece.SampleRate, input.Loudness);
            }
        }

        if (input.Whole is { } around)
        {
            int fade = SincResampler.CountResampled(rate.HopLength, rate.SampleRate, around.SampleRate);
            audio = [.. audio.Select(piece => input.Part.Replace(around, piece, fade))];
        }

        return new VampResult(audio, vamped, masked, mask, input.Record);
    }

    // A method of its own, so that no copy of the sound outlives it.
    private VampInput Encode(
        StrongBox<AudioClip?> recording,
        VampOptions options,
        SeededDraws draws,
        IProgress<VampProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        AudioClip clip = Interlocked.Exchange(ref recording.Value, null)!;
        CodecProperties codec = models.Encoder.Configuration;
        TokenRate rate = codec.Rate;
        MemoryNeed.Require(AudioPreprocessor.CountFrames(clip, codec.SampleRate, codec.HopLength), options, codec);
        AudioPart part = options.HasPart
            ? AudioPart.Between(clip, options.StartSeconds, options.EndSeconds)
            : new AudioPart(0, clip.Length);
        AudioClip input = PitchShifter.Shift(part.Cut(clip).ToMono(), options.PitchShiftSemitones);
        float[] samples = Prepare(input);
        int sounding = SincResampler.CountResampled(input.Length, input.SampleRate, rate.SampleRate);
        if (options.Seamless)
        {
            LoopFrames.FillEnd(samples, sounding);
        }

        double loudness = options.RestoreLoudness || options.HasPart ? Loudness.Measure(input) : 0;
        TokenGrid<long> codes = Encode(samples, options.Seamless, progress, cancellationToken);
        TokenGrid<bool> mask = options.GivenMask ?? BuildMask(samples, codes, options.Mask, draws, cancellationToken);
        if ((mask.Batch, mask.Codebooks, mask.Frames) != (1, codes.Codebooks, codes.Frames))
        {
            throw new RuntimeException(
                RuntimeErrorIds.MaskSize,
                found: $"a mask [{mask.Batch},{mask.Codebooks},{mask.Frames}]",
                expected: $"[1,{codes.Codebooks},{codes.Frames}], as the input's codes are",
                advice: "Make the mask for this input"
            );
        }

        RequireControls(options.Controls, codes.Frames);
        return new VampInput(codes, mask, sounding, loudness, VampRecord.Of(clip, models, options), part, options.HasPart ? clip : null);
    }

    private void RequireControls(IReadOnlyDictionary<string, ControlSignal>? controls, int frames)
    {
        foreach ((string name, ControlSignal signal) in controls ?? new Dictionary<string, ControlSignal>())
        {
            int[] widths =
            [
                .. new[] { models.Coarse, models.Fine }
                    .Where(model => model.ControlDims.ContainsKey(name))
                    .Select(model => model.ControlDims[name])
                    .Distinct(),
            ];
            int width = signal.Values.Length / signal.Mask.Length;
            if (widths.Length == 0 || signal.Mask.Length != frames || widths.Any(each => each != width))
            {
                string[] known = [.. models.Coarse.ControlDims.Keys.Union(models.Fine.ControlDims.Keys, StringComparer.Ordinal)];
                string expected =
                    widths.Length > 0 ? $"[{string.Join(" and ", widths)},{frames}], as the model and the input's token frames ask for"
                    : known.Length == 0 ? "no control signals: these models have none"
                    : $"one of {string.Join(", ", known)}";
                throw new RuntimeException(
                    RuntimeErrorIds.ControlMismatch,
                    found: $"the control signal {name} [{width},{signal.Mask.Length}]",
                    expected: $"{expected}",
                    advice: "Make the signal for these models and this input"
                );
            }
        }
    }

    private TokenGrid<bool> BuildMask(
        float[] samples,
        TokenGrid<long> codes,
        MaskOptions options,
        SeededDraws draws,
        CancellationToken cancellationToken
    )
    {
        TokenRate rate = models.Encoder.Configuration.Rate;
        RhythmAnalysis? rhythm =
            options.DetectOnsets || options.DetectBeats
                ? RhythmAnalysis.Analyze(samples, rate, options.DetectOnsets, options.DetectBeats, cancellationToken)
                : null;
        return MaskBuilder.Build(codes.Codebooks, codes.Frames, options, rate, draws, rhythm);
    }

    private float[] Prepare(AudioClip clip)
    {
        AudioPreprocessor.RequireSound(clip);
        CodecProperties codec = models.Encoder.Configuration;
        return AudioPreprocessor.Prepare(clip, codec.SampleRate, codec.HopLength);
    }

    private TokenGrid<long> Encode(float[] samples, bool isLoop, IProgress<VampProgress>? progress, CancellationToken cancellationToken)
    {
        CodecProperties codec = models.Encoder.Configuration;
        if (isLoop)
        {
            FrameContext context = FrameContext.OfEncoder(codec.EncoderRates);
            float[] surrounded = LoopFrames.Surround(samples, context.Before * codec.HopLength, context.After * codec.HopLength);
            return Encode(surrounded, isLoop: false, progress, cancellationToken)
                .SliceFrames(context.Before, samples.Length / codec.HopLength);
        }

        FrameProgress frames = new(progress, VampStage.Encode, samples.Length / codec.HopLength, CodecEncoder.DefaultChunkFrames, 0, 1);
        return _codes is null
            ? models.Encoder.Encode(samples, CodecEncoder.DefaultChunkFrames, frames, cancellationToken)
            : _codes.Encode(models.Encoder, samples, CodecEncoder.DefaultChunkFrames, frames, cancellationToken);
    }

    private AudioClip[] Decode(TokenGrid<long> codes, bool isLoop, IProgress<VampProgress>? progress, CancellationToken cancellationToken)
    {
        if (isLoop)
        {
            CodecProperties codec = models.Decoder.Configuration;
            FrameContext context = FrameContext.OfDecoder(codec.DecoderRates);
            AudioClip[] surrounded = Decode(
                LoopFrames.Surround(codes, context.Before, context.After),
                isLoop: false,
                progress,
                cancellationToken
            );
            var middle = new AudioPart(context.Before * codec.HopLength, codes.Frames * codec.HopLength);
            return [.. surrounded.Select(middle.Cut)];
        }

        AudioClip[] clips = new AudioClip[codes.Batch];
        for (int piece = 0; piece < clips.Length; piece++)
        {
            FrameProgress frames = new(progress, VampStage.Decode, codes.Frames, CodecDecoder.DefaultChunkFrames, piece, clips.Length);
            float[] samples = models.Decoder.Decode(codes.SliceBatch(piece, 1), CodecDecoder.DefaultChunkFrames, frames, cancellationToken);
            clips[piece] = new AudioClip(models.Decoder.Configuration.SampleRate, [samples]);
        }

        return clips;
    }

    /// <summary>Properties of the recording that the later stages need.</summary>
    /// <param name="Codes">[1,C,T].</param>
    /// <param name="Mask">[1,C,T].</param>
    /// <param name="Sounding">Samples at the codec's rate, without padding to whole frames.</param>
    /// <param name="Loudness">The input's, in LUFS, where it will be restored.</param>
    /// <param name="Record">Describes the run.</param>
    /// <param name="Part">The part to vamp.</param>
    /// <param name="Whole">The recording, if the part will be put back into it.</param>
    private sealed record VampInput(
        TokenGrid<long> Codes,
        TokenGrid<bool> Mask,
        int Sounding,
        double Loudness,
        VampRecord Record,
        AudioPart Part,
        AudioClip? Whole
    );

    /// <summary>Turns frames done into chunks done.</summary>
    private sealed class FrameProgress(
        IProgress<VampProgress>? progress,
        VampStage stage,
        int frames,
        int chunkFrames,
        int piece,
        int pieces
    ) : IProgress<CodecProgress>
    {
        public void Report(CodecProgress value)
        {
            int chunks = (frames + chunkFrames - 1) / chunkFrames;
            progress?.Report(
                new VampProgress(stage, piece * chunks + (value.FramesDone + chunkFrames - 1) / chunkFrames, pieces * chunks, 1, 1)
            );
        }
    }
}
