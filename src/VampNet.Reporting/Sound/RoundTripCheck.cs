using System.Collections.Immutable;
using VampNet.Models;
using VampNet.Quantization.Judging;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Sound;

/// <summary>Sends held-out recordings through codecs and back: the quantized codecs beside the codec in float32.</summary>
internal static class RoundTripCheck
{
    private const int MostRecordings = 3;
    private const double MostSeconds = 6;

    /// <summary>Whether a folder holds a codec.</summary>
    public static bool HasCodec(ModelFolder folder) =>
        File.Exists(folder.At(ModelFiles.CodecEncoder)) && File.Exists(folder.At(ModelFiles.CodecDecoder));

    /// <summary>The recordings of what is judged on; code files are none.</summary>
    public static ImmutableArray<string> Recordings(JudgedMusic? music) =>
        [
            .. (music?.Paths ?? [])
                .SelectMany(path =>
                    Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : Enumerable.Repeat(path, 1)
                )
                .Where(AudioFile.IsSound)
                .Take(MostRecordings),
        ];

    /// <summary>Measures the beginning of each of the first three recordings, six seconds at most.</summary>
    /// <param name="folder">The codec in float32.</param>
    /// <param name="others">Folders with codecs to hold against it; those without one are passed over.</param>
    /// <param name="music">Music to judge on.</param>
    /// <param name="threads">Threads for one operator; 0 for one per core.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Recording by recording: float32 first.</returns>
    /// <exception cref="RuntimeException">A recording or a graph cannot be read; VNR0112: a recording is silent.</exception>
    public static async Task<ImmutableArray<RoundTripLoss>> MeasureAsync(
        ModelFolder folder,
        IReadOnlyList<ModelFolder> others,
        JudgedMusic? music,
        int threads,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<string> recordings = HasCodec(folder) ? Recordings(music) : [];
        ImmutableArray<RoundTripLoss>.Builder losses = ImmutableArray.CreateBuilder<RoundTripLoss>();
        foreach (string recording in recordings)
        {
            AudioClip clip = await AudioFile.ReadAsync(recording, cancellationToken: cancellationToken).ConfigureAwait(false);
            AudioPreprocessor.RequireSound(clip);
            Pass float32 = Run(folder, clip, threads, cancellationToken);
            string name = Path.GetFileName(recording);
            losses.Add(float32.Describe(folder.Name, name, null));
            losses.AddRange(
                others.Where(HasCodec).Select(other => Run(other, clip, threads, cancellationToken).Describe(other.Name, name, float32))
            );
        }

        return losses.ToImmutable();
    }

    private static Pass Run(ModelFolder folder, AudioClip clip, int threads, CancellationToken cancellationToken)
    {
        ModelOptions options = new() { Threads = threads };
        using var encoder = CodecEncoder.Open(folder.At(ModelFiles.CodecEncoder), options);
        using var decoder = CodecDecoder.Open(folder.At(ModelFiles.CodecDecoder), options);
        CodecProperties codec = encoder.Configuration;
        int most = (int)(MostSeconds * codec.SampleRate) / codec.HopLength * codec.HopLength;
        float[] original = AudioPreprocessor.Prepare(clip, codec.SampleRate, codec.HopLength);
        original = original[..Math.Min(original.Length, most)];
        TokenGrid<long> codes = encoder.Encode(original, cancellationToken: cancellationToken);
        return new Pass(codec.SampleRate, original, codes, decoder.Decode(codes, cancellationToken: cancellationToken));
    }

    private sealed record Pass(int SampleRate, float[] Original, TokenGrid<long> Codes, float[] Sound)
    {
        public RoundTripLoss Describe(string models, string recording, Pass? float32) =>
            new(
                models,
                recording,
                (double)Original.Length / SampleRate,
                float32 is null ? null : float32.Codes.Values.Zip(Codes.Values, (one, other) => one == other ? 1.0 : 0).Average(),
                Compare(Original),
                float32 is null ? null : Compare(float32.Sound)
            );

        // A codec of odd strides gives a few samples less than it takes.
        private AudioLoss Compare(float[] reference)
        {
            int length = Math.Min(reference.Length, Sound.Length);
            return AudioLoss.Of(reference.AsSpan(0, length), Sound.AsSpan(0, length), SampleRate);
        }
    }
}
