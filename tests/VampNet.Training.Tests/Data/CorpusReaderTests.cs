using VampNet.Export;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;
using VampNet.TestSupport;
using VampNet.Training.Data;

namespace VampNet.Training.Tests.Data;

/// <summary>Folders of recordings, good and bad, through the golden codec.</summary>
public sealed class CorpusReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly CodecEncoder _encoder;

    public CorpusReaderTests()
    {
        ExportRun.Run(new ExportRequest { CodecPath = Golden.Path("micro/codec.pth"), OutputFolder = At("codec") });
        _encoder = CodecEncoder.Open(At("codec/codec_encoder.onnx"), new ModelOptions());
        Directory.CreateDirectory(At("music/deeper"));
    }

    [Fact]
    public async Task Read_AFolderOfAllKinds_TakesWhatSoundsAndNamesTheRest()
    {
        float[] sound = Sine(1.5);
        Write("b.wav", sound);
        Write("deeper/a.wav", Sine(1, 660));
        Write("copy.wav", sound);
        Write("silence.wav", new float[44100]);
        Write("short.wav", Sine(0.2));
        File.WriteAllText(At("music/broken.flac"), "fLaC, but not really");
        File.WriteAllText(At("music/notes.txt"), "no recording");

        Corpus corpus = await ReadAsync();

        Assert.Equal(["b.wav", "deeper/a.wav"], corpus.Pieces.Select(piece => piece.Name));
        Assert.Equal(["broken.flac", "copy.wav", "short.wav", "silence.wav"], corpus.Skipped.Select(skipped => skipped.Name).Order());
        Assert.Contains("b.wav", corpus.Skipped.Single(skipped => skipped.Name == "copy.wav").Reason, StringComparison.Ordinal);
        Assert.Equal((14, 87), (corpus.Pieces[0].Codes.Codebooks, corpus.Pieces[0].Codes.Frames));
    }

    [Fact]
    public async Task Read_AgainAfterRenaming_TakesTheCodesFromTheStore()
    {
        Write("a.wav", Sine(1));
        Corpus first = await ReadAsync();
        DateTime written = File.GetLastWriteTimeUtc(Directory.GetFiles(At("codes")).Single());
        File.Move(At("music/a.wav"), At("music/z.wav"));

        Corpus second = await ReadAsync();

        Assert.Equal(first.Pieces[0].Codes.Values, second.Pieces[0].Codes.Values);
        Assert.Equal(first.Pieces[0].FramePowers, second.Pieces[0].FramePowers);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Directory.GetFiles(At("codes")).Single()));
    }

    [Fact]
    public async Task Read_WithADamagedStore_EncodesAgain()
    {
        Write("a.wav", Sine(1));
        Corpus first = await ReadAsync();
        string kept = Directory.GetFiles(At("codes")).Single();
        File.WriteAllBytes(kept, File.ReadAllBytes(kept)[..100]);

        Corpus second = await ReadAsync();

        Assert.Equal(first.Pieces[0].Codes.Values, second.Pieces[0].Codes.Values);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    public async Task FramePowers_AreOfTheRecording_NotOfWhatIsEncoded(float gain)
    {
        float[] sound = [.. Sine(2).Select(sample => sample * gain)];
        Write("a.wav", sound);

        Corpus corpus = await ReadAsync();

        float[] powers = [.. corpus.Pieces[0].FramePowers];
        Assert.Equal(Loudness.Measure(sound, 44100), Loudness.MeasureFrames(powers, 44100.0 / 768), 0.3);
    }

    [Fact]
    public async Task Read_WhereNothingIs_IsRefused()
    {
        TrainingException empty = await Assert.ThrowsAsync<TrainingException>(ReadAsync);
        TrainingException missing = await Assert.ThrowsAsync<TrainingException>(() => ReadAsync("nowhere"));
        Write("silence.wav", new float[44100]);
        TrainingException silent = await Assert.ThrowsAsync<TrainingException>(ReadAsync);

        Assert.Equal(("VNT0102", "VNT0101", "VNT0103"), (empty.Id, missing.Id, silent.Id));
        Assert.Contains("silence.wav", silent.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Delete(recursive: true);
    }

    private static float[] Sine(double seconds, double frequency = 440) =>
        [.. Enumerable.Range(0, (int)(seconds * 44100)).Select(i => 0.3f * MathF.Sin((float)(2 * Math.PI * frequency * i / 44100)))];

    private Task<Corpus> ReadAsync() => ReadAsync("music");

    private Task<Corpus> ReadAsync(string folder) =>
        CorpusReader.ReadAsync(
            At(folder),
            Encoder(),
            _encoder.Configuration.Rate,
            cancellationToken: TestContext.Current.CancellationToken
        );

    private PieceEncoder Encoder() => new(_encoder, new PieceStore(At("codes")));

    private void Write(string name, float[] samples)
    {
        using FileStream file = File.Create(At($"music/{name}"));
        WavWriter.Write(file, new AudioClip(44100, samples), WavEncoding.Float32);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
