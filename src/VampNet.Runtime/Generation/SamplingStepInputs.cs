namespace VampNet.Runtime.Generation;

/// <summary>The inputs of one sampling step.</summary>
/// <param name="Codes">[B,C,T]: the transformer's input, MASK where the token is unknown.</param>
/// <param name="Logits">[B,T,P,V]: the transformer's output.</param>
/// <param name="Step">0 to the number of steps - 1.</param>
/// <param name="Options">Steps, temperatures, top-p and the cutoff of drawing.</param>
/// <param name="MaskedAtStart">MASK codes before the first step, in the whole batch.</param>
/// <param name="Exponentials">[B*T*P,V]: Exp(1) for every logit; read where a token is drawn.</param>
/// <param name="Uniforms">[B,T*P]: above 0 and below 1.</param>
public readonly record struct SamplingStepInputs(
    TokenGrid<long> Codes,
    float[] Logits,
    int Step,
    GenerateOptions Options,
    int MaskedAtStart,
    float[] Exponentials,
    float[] Uniforms
);
