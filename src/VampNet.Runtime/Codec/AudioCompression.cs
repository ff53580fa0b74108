using System.Numerics.Tensors;
using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Codec;

/// <summary>Recordings to codes of a plain DAC codec and back, with channels, length, sample rate and loudness.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>CodecMixin.compress</c> and <c>decompress</c>; audiotools, <c>AudioSignal.normalize</c>
/// and <c>ensure_max_of_audio</c>.</remarks>
internal static class AudioCompression
{
    /// <summary>The loudness that recordings are coded at, in LUFS.</summary>
    public const double TargetLoudness = -16;

    /// <summary>Largest number of channels for which BS.1770 defines loudness.</summary>
    public const int MaxChannels = 5;

    private const float LargestSample = 1e15f;

    /// <summary>Codes a recording, as one chunk or in windows: upstream's <c>compress</c>.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="clip">One to five channels at any rate.</param>
    /// <param name="windowSeconds">Code a recording longer than this in windows of this length, so that upstream decodes it at bounded
    /// memory; null for one chunk.</param>
    /// <param name="progress">Receives the frames done, over all channels.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite, or beyond 1e15. VNR0111: too short to hold one sample at the
    /// codec's rate. VNR0117: more than five channels. VNR0177: windows too short for the codec.</exception>
    public static CompressedAudio Compress(
        CodecEncoder encoder,
        AudioClip clip,
        double? windowSeconds = null,
        IProgress<CodecProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.Channels.Count > MaxChannels)
        {
            throw new RuntimeException(
                RuntimeErrorIds.TooManyChannels,
                found: $"{clip.Channels.Count} channels",
                expected: $"1 to {MaxChannels}, whose loudness is defined",
                advice: "Mix the recording down"
            );
        }

        clip.RequireFinite(LargestSample);
        CodecProperties codec = encoder.Configuration;
        int frames = AudioPreprocessor.CountFrames(clip, codec.SampleRate, codec.HopLength);
        AudioClip resampled = new(
            codec.SampleRate,
            [.. clip.Channels.Select(channel => SincResampler.Resample(channel, clip.SampleRate, codec.SampleRate))]
        );
        double loudness = Audio.Loudness.Measure(resampled);
        DacWindow? window = windowSeconds is { } seconds && resampled.Duration.TotalSeconds > seconds ? DacWindow.Of(codec, seconds) : null;
        int coded = window is null ? frames : checked((resampled.Length + window.Step - 1) / window.Step * window.Frames);
        TokenGrid<long> codes = new(clip.Channels.Count, codec.Codebooks, coded);
        for (int channel = 0; channel < clip.Channels.Count; channel++)
        {
            IProgress<CodecProgress>? done = Part(progress, channel * frames, clip.Channels.Count * frames);
            float[] samples = resampled.Channels[channel];
            TensorPrimitives.Multiply(samples, (float)Audio.Loudness.Gain(loudness, TargetLoudness), samples);
            LimitPeak(samples);
            TokenGrid<long> part = window is null
                ? encoder.Encode(samples, CodecEncoder.DefaultChunkFrames, done, cancellationToken)
                : EncodeWindows(encoder, samples, window, done, cancellationToken);
            part.Values.CopyTo(codes.Values, channel * codec.Codebooks * coded);
        }

        return new CompressedAudio(
            codes,
            [(float)loudness],
            clip.Length,
            clip.SampleRate,
            window?.Frames ?? frames,
            IsPadded: window is null
        );
    }

    /// <summary>Decodes a recording, and gives each channel the loudness that the recording had.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="audio">The recording.</param>
    /// <param name="unpadded">The same decoder without padding, for a recording that was coded in windows; null where it was not.</param>
    /// <param name="progress">Receives the frames done, over all channels.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>As many channels and samples as the recording had. Where an odd stride leaves the codes a few samples short of it, zeros
    /// follow.</returns>
    /// <exception cref="RuntimeException">VNR0205: a code that no codebook holds. VNR0206: another number of codebooks. VNR0207: the codes
    /// cannot be a recording of this length.</exception>
    public static AudioClip Decompress(
        CodecDecoder decoder,
        CompressedAudio audio,
        UnpaddedCodecDecoder? unpadded = null,
        IProgress<CodecProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(audio);
        if (!audio.IsPadded)
        {
            ArgumentNullException.ThrowIfNull(unpadded);
        }

        CodecProperties codec = decoder.Configuration;
        RequireCodes(audio.Codes, codec.CodebookSize);
        RequireLength(audio, codec);
        float[][] channels = new float[audio.Codes.Batch][];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            float[] samples = Decode(
                decoder,
                audio,
                unpadded,
                channel,
                Part(progress, channel * audio.Codes.Frames, channels.Length * audio.Codes.Frames),
                cancellationToken
            );
            double wanted = audio.Loudness[audio.Loudness.Count == 1 ? 0 : channel];
            double gain = Audio.Loudness.Gain(Audio.Loudness.Measure(samples, codec.SampleRate), wanted);
            TensorPrimitives.Multiply(samples, (float)gain, samples);
            float[] resampled = SincResampler.Resample(samples, codec.SampleRate, audio.SampleRate);
            Array.Resize(ref resampled, audio.Length);
            channels[channel] = resampled;
        }

        return new AudioClip(audio.SampleRate, channels);
    }

    private static TokenGrid<long> EncodeWindows(
        CodecEncoder encoder,
        float[] samples,
        DacWindow window,
        IProgress<CodecProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        (int zeros, int first) = DacWindow.Alignment(encoder.Configuration);
        float[] input = new float[zeros + window.Samples];
        int hop = encoder.Configuration.HopLength;
        List<TokenGrid<long>> coded = [];
        for (int start = 0; start < samples.Length; start += window.Step)
        {
            // The recording lies between two stretches of zeros, as long as the delay.
            Array.Clear(input);
            int from = start - window.Delay,
                skipped = Math.Min(window.Samples, Math.Max(0, -from)),
                count = Math.Min(window.Samples - skipped, samples.Length - from - skipped);
            if (count > 0)
            {
                samples.AsSpan(from + skipped, count).CopyTo(input.AsSpan(zeros + skipped));
            }

            coded.Add(
                encoder
                    .Encode(input, CodecEncoder.DefaultChunkFrames, cancellationToken: cancellationToken)
                    .SliceFrames(first, window.Frames)
            );
            progress?.Report(new CodecProgress(Math.Min(samples.Length, start + window.Step) / hop, (samples.Length + hop - 1) / hop));
        }

        return TokenGrid.ConcatFrames(coded);
    }

    private static float[] Decode(
        CodecDecoder decoder,
        CompressedAudio audio,
        UnpaddedCodecDecoder? unpadded,
        int channel,
        IProgress<CodecProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        TokenGrid<long> codes = audio.Codes.SliceBatch(channel, 1);
        List<float[]> chunks = [];
        foreach ((int start, int count) in Chunks(audio))
        {
            TokenGrid<long> chunk = codes.SliceFrames(start, count);
            CodecProgress.Part? frames = Part(progress, start, codes.Frames);
            if (audio.IsPadded)
            {
                chunks.Add(decoder.Decode(chunk, CodecDecoder.DefaultChunkFrames, frames, cancellationToken));
            }
            else
            {
                chunks.Add(unpadded!.Decode(chunk, cancellationToken));
                frames?.Report(new CodecProgress(count, count));
            }
        }

        return chunks is [var single] ? single : [.. chunks.SelectMany(chunk => chunk)];
    }

    private static void LimitPeak(Span<float> samples)
    {
        float peak = samples.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(samples));
        if (peak > 1)
        {
            TensorPrimitives.Multiply(samples, 1 / peak, samples);
        }
    }

    // A file has no MASK: the code V is out of range.
    private static void RequireCodes(TokenGrid<long> codes, int codebookSize)
    {
        int at = codes.Values.AsSpan().IndexOfAnyExceptInRange(0L, codebookSize - 1);
        if (at >= 0)
        {
            throw new RuntimeException(
                RuntimeErrorIds.CodeOutOfRange,
                found: $"the code {codes.Values[at]} in channel {at / (codes.Codebooks * codes.Frames)}, codebook "
                    + $"{at / codes.Frames % codes.Codebooks}, frame {at % codes.Frames}",
                expected: $"0 to {codebookSize - 1}",
                advice: "The codes belong to another codec, or their file is damaged"
            );
        }
    }

    private static IEnumerable<(int Start, int Count)> Chunks(CompressedAudio audio)
    {
        int frames = audio.Codes.Frames;
        for (long start = 0; start < frames; start += audio.ChunkFrames)
        {
            yield return ((int)start, (int)Math.Min(audio.ChunkFrames, frames - start));
        }
    }

    private static void RequireLength(CompressedAudio audio, CodecProperties codec)
    {
        // Samples that an odd stride omits at the end of a chunk become silence.
        long[] samples =
        [
            .. Chunks(audio)
                .Select(chunk =>
                    audio.IsPadded ? (long)chunk.Count * codec.HopLength : UnpaddedCodecDecoder.CountSamples(codec, chunk.Count)
                ),
        ];
        double most = Math.Max(0, samples.Sum()) * (double)audio.SampleRate / codec.SampleRate;
        if (audio.Length > most + 1 || samples.Any(count => count <= 0))
        {
            string windows = audio.IsPadded ? "" : $", decoded in windows of {audio.ChunkFrames}";
            throw new RuntimeException(
                RuntimeErrorIds.DacTooShort,
                found: $"{audio.Codes.Frames} frames of codes{windows}, for a recording of {audio.Length} samples at {audio.SampleRate} Hz",
                expected: $"no more than the {most:F0} samples that they decode to at {codec.HopLength} samples a frame and "
                    + $"{codec.SampleRate} Hz",
                advice: "The codes belong to another codec, or their file is damaged"
            );
        }
    }

    private static CodecProgress.Part? Part(IProgress<CodecProgress>? progress, int before, int frames) =>
        progress is null ? null : new CodecProgress.Part(progress, before, frames);
}
