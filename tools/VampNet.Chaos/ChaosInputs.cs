using VampNet.Runtime.Audio;

namespace VampNet.Chaos;

/// <summary>Files that the commands read: models, sounds and codes, made once from checkpoints.</summary>
internal sealed class ChaosInputs
{
    private const int SampleRate = 32000;

    private ChaosInputs(string checkpoints, string folder) => (Checkpoints, Folder) = (checkpoints, folder);

    /// <summary>Folder of checkpoints.</summary>
    public string Checkpoints { get; }

    /// <summary>Folder of the models made of them.</summary>
    public string Models => Path.Combine(Folder, "models");

    /// <summary>Half a second of sound.</summary>
    public string Sound => Path.Combine(Folder, "sound.wav");

    /// <summary>Half a second of another.</summary>
    public string OtherSound => Path.Combine(Folder, "other.wav");

    /// <summary>The codes of <see cref="Sound"/>.</summary>
    public string Codes => Path.Combine(Folder, "codes.safetensors");

    /// <summary>The codes of <see cref="OtherSound"/>.</summary>
    public string OtherCodes => Path.Combine(Folder, "other.safetensors");

    private string Folder { get; }

    /// <summary>Makes all of it.</summary>
    /// <param name="checkpoints">A folder with coarse.pth, c2f.pth and codec.pth; the smaller, the faster.</param>
    /// <param name="folder">An empty folder.</param>
    public static async Task<ChaosInputs> MakeAsync(string checkpoints, string folder)
    {
        ChaosInputs inputs = new(Path.GetFullPath(checkpoints), folder);
        WriteTone(inputs.Sound, 220);
        WriteTone(inputs.OtherSound, 330);
        await CommandRun.RequireDoneAsync("export", "--checkpoints", inputs.Checkpoints, "--out", inputs.Models).ConfigureAwait(false);
        await CommandRun.RequireDoneAsync("encode", inputs.Sound, inputs.Codes, "--models", inputs.Models).ConfigureAwait(false);
        await CommandRun.RequireDoneAsync("encode", inputs.OtherSound, inputs.OtherCodes, "--models", inputs.Models).ConfigureAwait(false);
        return inputs;
    }

    private static void WriteTone(string path, double frequency)
    {
        float[] samples =
        [
            .. Enumerable.Range(0, SampleRate / 2).Select(i => 0.3f * (float)Math.Sin(2 * Math.PI * frequency * i / SampleRate)),
        ];
        using FileStream stream = File.Create(path);
        WavWriter.Write(stream, new AudioClip(SampleRate, [samples]), WavEncoding.Pcm16);
    }
}
