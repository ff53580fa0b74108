using VampNet.Inference.Inputs;

namespace VampNet.Inference.Tests.Inputs;

public sealed class SplitMix64Tests
{
    // The published test vector of the reference implementation for this seed.
    [Fact]
    public void Next_ReferenceSeed_GivesTheReferenceStream()
    {
        var random = new SplitMix64(1234567);

        ulong[] stream = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], stream);
    }

    [Fact]
    public void NextUnit_ManyDraws_StayBelowOne()
    {
        var random = new SplitMix64(1);

        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.InRange(random.NextUnit(), 0, 1 - double.Epsilon));
    }
}
