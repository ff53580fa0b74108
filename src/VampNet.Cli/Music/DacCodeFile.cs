using VampNet.Checkpoints;
using VampNet.Checkpoints.Dac;
using VampNet.Export;
using VampNet.Files;
using VampNet.Models;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary>Recordings on disk as descript-audio-codec keeps them: .dac files.</summary>
internal static class DacCodeFile
{
    /// <summary>Whether a name asks for a .dac file.</summary>
    public static bool IsNamed(string path) => Path.GetExtension(path).Equals(".dac", StringComparison.OrdinalIgnoreCase);

    /// <summary>Codes a recording and writes the file, which appears under its name only when it is complete.</summary>
    /// <param name="path">Path of the file to write.</param>
    /// <param name="models">The codec.</param>
    /// <param name="clip">The recording.</param>
    /// <param name="windowSeconds">Code a longer recording in windows of this length; null for one chunk.</param>
    /// <param name="progress">Receives the progress after every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The recording that was written.</returns>
    /// <exception cref="CommandException">VNL0011: the codec is no plain DAC codec.</exception>
    public static async Task<CompressedAudio> WriteAsync(
        string path,
        VampNetModels models,
        AudioClip clip,
        double? windowSeconds,
        IProgress<VampProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        RequireDac(path, models.Encoder.Configuration);
        CompressedAudio audio = await new VampNetPipeline(models)
            .CompressAsync(clip, windowSeconds, progress, cancellationToken)
            .ConfigureAwait(false);
        var file = new DacFile(
            [.. audio.Codes.Values.Select(code => checked((ushort)code))],
            audio.Codes.Codebooks,
            audio.Codes.Batch,
            [.. audio.Loudness],
            audio.Length,
            audio.SampleRate,
            audio.ChunkFrames,
            audio.IsPadded
        );
        WholeFile.Write(path, stream => DacFileWriter.Write(stream, file));
        return audio;
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="models">The codec.</param>
    /// <param name="options">Options that the models were opened with.</param>
    /// <param name="progress">Receives the progress after every chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="CheckpointException">The file is damaged or no .dac file.</exception>
    /// <exception cref="CommandException">VNL0011: the codec is no plain DAC codec. VNL0012: it has another number of
    /// codebooks.</exception>
    public static async Task<AudioClip> ReadAsync(
        string path,
        VampNetModels models,
        ModelOptions options,
        IProgress<VampProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        DacFile file = DacFileReader.Read(path);
        CodecProperties codec = models.Decoder.Configuration;
        RequireDac(path, codec);
        if (file.Codebooks != codec.Codebooks)
        {
            string advice =
                file.Codebooks < codec.Codebooks
                    ? $"Export the codec with --codebooks {file.Codebooks} into a folder of its own, and decode with that."
                    : "Decode with the codec that made the file.";
            throw new CommandException(
                CommandErrorIds.DacCodebooks,
                found: $"codes of {file.Codebooks} codebooks in {path}",
                expected: $"{codec.Codebooks}, as the codec has",
                advice: $"{advice}"
            );
        }

        var audio = new CompressedAudio(
            new TokenGrid<long>(file.Channels, file.Codebooks, file.Frames, [.. file.Codes.Select(code => (long)code)]),
            file.InputLoudness,
            (int)file.OriginalLength,
            file.SampleRate,
            file.ChunkLength,
            file.IsPadded
        );
        using UnpaddedCodecDecoder? unpadded = audio.IsPadded ? null : OpenUnpadded(models, options);
        return await new VampNetPipeline(models).DecompressAsync(audio, unpadded, progress, cancellationToken).ConfigureAwait(false);
    }

    private static UnpaddedCodecDecoder OpenUnpadded(VampNetModels models, ModelOptions options)
    {
        string path = Path.Combine(models.Folder, ModelFiles.CodecDecoder);
        return UnpaddedCodecDecoder.Open(path, UnpaddedDecoder.Read(path), options);
    }

    private static void RequireDac(string path, CodecProperties codec)
    {
        if (!codec.IsDac)
        {
            throw new CommandException(
                CommandErrorIds.DacCodecNeeded,
                found: $"a LAC codec among the models, and {path} as the file of codes",
                expected: "a plain DAC codec: .dac files hold its codes",
                advice: "Export one with vampnet export --codec FILE, or use a .safetensors file of codes"
            );
        }
    }
}
