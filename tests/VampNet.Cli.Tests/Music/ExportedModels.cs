using VampNet.Export;
using VampNet.Inference.Inputs;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Music;

/// <summary>The smallest golden models as graphs, and half a second of sound, made once for the tests of a class.</summary>
public sealed class ExportedModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ExportedModels()
    {
        ExportRun.Run(CheckpointFiles.Find(Golden.Path("micro")).ToRequest(Models));
        ExportRun.Run(new ExportRequest { CodecPath = Golden.Path("dac/even/weights.pth"), OutputFolder = Dac });
        WriteWave(Sound, seed: 1);
        WriteWave(OtherSound, seed: 2);
    }

    public string Models => _folder.At("models");

    /// <summary>A plain DAC codec alone: 44.1 kHz, 9 codebooks.</summary>
    public string Dac => _folder.At("dac");

    public string Sound => _folder.At("in.wav");

    public string OtherSound => _folder.At("other.wav");

    public void Dispose() => _folder.Dispose();

    private static void WriteWave(string path, ulong seed)
    {
        using FileStream stream = File.Create(path);
        WavWriter.Write(stream, new AudioClip(32000, SeededInputs.Audio(seed, 1, 16000, 32000)), WavEncoding.Pcm16);
    }
}
